package fabwafer.protocol;

import fabwafer.wafer.DefectPattern;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a model says of a wafer beside its label: optional fields of a prediction message, each of
 * which may be absent.
 *
 * @param patterns the defect patterns said to be on the wafer together; empty list: none at all
 * @param patternProbabilities pattern → probability, in [0, 1]; they do not sum to 1; copied in its
 *     order, empty where unknown
 * @param conformalSet the labels that fit the wafer; may hold none
 * @param novelty share of known wafers that are less novel than this one, in [0, 1]
 * @param decision whether the answer is good enough without a person
 * @param reasons why a person should look, for a person to read
 */
public record Assessment(
    Optional<List<String>> patterns,
    Map<String, Double> patternProbabilities,
    Optional<List<String>> conformalSet,
    OptionalDouble novelty,
    Optional<Decision> decision,
    List<String> reasons) {
  /** Nothing but the label. */
  public static final Assessment NONE =
      new Assessment(
          Optional.empty(),
          Map.of(),
          Optional.empty(),
          OptionalDouble.empty(),
          Optional.empty(),
          List.of());

  /** Whether a person should look at a wafer. */
  public enum Decision {
    ACCEPT,
    REVIEW;

    /** As messages spell it: {@code accept}, {@code review}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The decision that a message spells so, or empty. */
    public static Optional<Decision> ofWord(String word) {
      for (Decision decision : values()) {
        if (decision.word().equals(word)) {
          return Optional.of(decision);
        }
      }
      return Optional.empty();
    }
  }

  /**
   * An assessment.
   *
   * @throws MessageException if a list is longer than its limit, a label or reason is none, or a
   *     number is outside [0, 1]
   */
  public Assessment {
    patterns = patterns.map(Assessment::requirePatterns);
    patternProbabilities = requireProbabilities(patternProbabilities);
    conformalSet = conformalSet.map(labels -> requireLabels("conformalSet", labels));
    if (novelty.isPresent()) {
      novelty = OptionalDouble.of(requireShare("novelty", novelty.getAsDouble()));
    }
    reasons = requireReasons(reasons);
  }

  static List<String> requirePatterns(List<String> labels) {
    List<String> patterns = requireLabels("patterns", labels);
    if (patterns.contains(DefectPattern.NONE.label())) {
      throw new MessageException("patterns must not hold none; an empty list says so");
    }
    return patterns;
  }

  /** Labels in the spelling that is stored, all different. */
  static List<String> requireLabels(String field, List<String> labels) {
    if (labels.size() > Limits.MAX_LABELS) {
      throw new MessageException(
          "%s must be at most %d labels, got %d"
              .formatted(field, Limits.MAX_LABELS, labels.size()));
    }
    List<String> canonical = labels.stream().map(label -> Labels.require(field, label)).toList();
    Set<String> seen = new HashSet<>();
    for (String label : canonical) {
      if (!seen.add(label)) {
        throw new MessageException(field + " holds a label twice: " + Names.shown(label));
      }
    }
    return canonical;
  }

  static Map<String, Double> requireProbabilities(Map<String, Double> probabilities) {
    String field = "patternProbabilities";
    if (probabilities.size() > Limits.MAX_LABELS) {
      throw new MessageException(
          "%s must be at most %d labels, got %d"
              .formatted(field, Limits.MAX_LABELS, probabilities.size()));
    }
    Map<String, Double> canonical = new LinkedHashMap<>();
    probabilities.forEach(
        (label, probability) -> {
          Double twice =
              canonical.put(Labels.require(field, label), requireShare(field, probability));
          if (twice != null) {
            throw new MessageException(field + " holds a label twice: " + Names.shown(label));
          }
        });
    return Collections.unmodifiableMap(canonical);
  }

  static List<String> requireReasons(List<String> reasons) {
    if (reasons.size() > Limits.MAX_REASONS) {
      throw new MessageException(
          "reasons must be at most %d, got %d".formatted(Limits.MAX_REASONS, reasons.size()));
    }
    for (String reason : reasons) {
      if (reason.isBlank() || reason.length() > Limits.MAX_REASON_CHARS) {
        throw new MessageException(
            "a reason must be 1 to %d characters, got %d"
                .formatted(Limits.MAX_REASON_CHARS, reason.length()));
      }
      if (!Labels.isPrintable(reason)) {
        throw new MessageException(
            "reasons hold characters that cannot be shown: " + Names.shown(reason));
      }
    }
    return List.copyOf(reasons);
  }

  static double requireShare(String field, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new MessageException("%s must be in [0, 1], got %s".formatted(field, share));
    }
    return share;
  }
}
