package fabwafer.classifier.evaluation;

import java.util.List;
import java.util.Optional;

/**
 * Whether a model knows what it does not know; all weighted as the protocol says where nothing else
 * is said.
 *
 * @param coverageRisk errors over the share of wafers it speaks of
 * @param perClass each class's probability against how often it is right; empty where probabilities
 *     were not kept
 * @param conformal what its conformal sets cover, where it gives them
 * @param decision what it accepts, where it decides
 * @param novelty how new the wafers look to it, where it says
 * @param unseen how novelty gives a pattern away that it was not trained on, where asked for
 * @param turned share of the wafers that it was so unsure of that it saw them in all turns, not
 *     weighted
 */
public record Certainty(
    CoverageRisk coverageRisk,
    List<ClassCalibration> perClass,
    Optional<ConformalCheck> conformal,
    Optional<DecisionCheck> decision,
    Optional<NoveltyHistogram> novelty,
    Optional<UnseenPattern> unseen,
    double turned) {

  public Certainty {
    perClass = List.copyOf(perClass);
  }

  static Certainty of(Answers answers, List<Answer> byConfidence, Protocol protocol) {
    return new Certainty(
        CoverageRisk.of(byConfidence, protocol.noneWeight()),
        ClassCalibration.of(answers, byConfidence, protocol.noneWeight()),
        ConformalCheck.of(answers, protocol),
        DecisionCheck.of(byConfidence, protocol),
        NoveltyHistogram.of(byConfidence),
        UnseenPattern.of(byConfidence, protocol),
        answers.outcomes().stream()
            .mapToInt(outcome -> outcome.views() > 1 ? 1 : 0)
            .average()
            .orElse(0));
  }
}
