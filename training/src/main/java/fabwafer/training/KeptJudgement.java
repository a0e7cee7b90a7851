package fabwafer.training;

import fabwafer.classifier.Judgement;
import fabwafer.classifier.Judgement.Conformal;
import fabwafer.classifier.Judgement.Decision;
import fabwafer.classifier.ModelCard;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the card of a model that goes on from another keeps of that one's, because it takes some
 * hundred held-out wafers to fit anew: when a wafer is seen in eight views, the conformal sets and
 * the decision. The parts say of which model they are. The hub watches how often the sets of
 * reviewed wafers hold their label, and widens them where that is too seldom.
 */
final class KeptJudgement {
  private static final String KEPT = "kept of model ";
  private static final int SHOWN_OF_ID = 12;

  private KeptJudgement() {}

  /**
   * A judgement with what it lacks from the parent's card. A class that the parent does not know is
   * never ruled out. The parent's decision is kept only where novelty was fitted, if it asks for
   * that: accepting wafers however novel they are is not what was measured.
   *
   * @param labels the classes of the model
   * @param own what was fitted for it
   */
  static Judgement of(ModelCard parent, List<String> labels, Judgement own) {
    Judgement before = parent.judgement();
    Judgement kept = own;
    if (own.views().isEmpty() && before.views().isPresent()) {
      kept = kept.with(before.views().get());
    }
    Optional<Conformal> sets = own.conformal().or(() -> sets(parent, labels));
    Optional<Decision> decision =
        own.decision().or(() -> decision(parent, own.novelty().isPresent()));
    return new Judgement(kept.views(), kept.patterns(), sets, kept.novelty(), decision);
  }

  private static Optional<Conformal> sets(ModelCard parent, List<String> labels) {
    return parent
        .judgement()
        .conformal()
        .map(
            sets -> {
              Map<String, Double> least = new LinkedHashMap<>();
              labels.forEach(label -> least.put(label, sets.least().getOrDefault(label, 0.0)));
              return new Conformal(sets.coverage(), least, from(parent, sets.fittedOn()));
            });
  }

  private static Optional<Decision> decision(ModelCard parent, boolean tellsNovelty) {
    return parent
        .judgement()
        .decision()
        .filter(decision -> tellsNovelty || decision.maxNovelty() >= 1)
        .map(
            decision ->
                new Decision(
                    decision.minConfidence(),
                    decision.maxNovelty(),
                    decision.coverage(),
                    decision.error(),
                    from(parent, decision.fittedOn())));
  }

  /** The model that it was fitted for is named, however many came between. */
  private static String from(ModelCard parent, String fittedOn) {
    return fittedOn.startsWith(KEPT)
        ? fittedOn
        : KEPT + parent.id().substring(0, SHOWN_OF_ID) + ", not fitted anew: " + fittedOn;
  }
}
