package fabwafer.classifier;

import fabwafer.wafer.DefectPattern;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a model says of a wafer beside its class, and how; each part may be absent. These parts of a
 * {@link ModelCard} are fitted on wafers that the model was not trained on. Immutable; once it
 * exists, it is right.
 *
 * @param views when a wafer is looked at in all eight turns
 * @param patterns the defect patterns that may stand on one wafer together
 * @param conformal the classes that fit a wafer
 * @param novelty how unlike the known wafers a wafer is
 * @param decision whether an answer is accepted without a person
 */
public record Judgement(
    Optional<Views> views,
    Optional<Patterns> patterns,
    Optional<Conformal> conformal,
    Optional<Novelty> novelty,
    Optional<Decision> decision) {
  /** None of the parts: a model that says its class and no more. */
  public static final Judgement NONE =
      new Judgement(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public Judgement {
    if (novelty.isEmpty() && decision.isPresent() && decision.get().maxNovelty() < 1) {
      throw new ModelCardException(
          "decision.maxNovelty must be 1 where the card has no novelty, got "
              + decision.get().maxNovelty());
    }
  }

  /**
   * A wafer of which the model is not sure in one view is shown to it in all eight {@link
   * fabwafer.wafer.Turn}s, and logits, pattern logits, novelty and embedding are averaged over
   * them.
   *
   * @param below the largest probability of the single view below which it is not sure, in (0, 1];
   *     1 averages always
   */
  public record Views(double below) {
    public Views {
      if (!(below > 0 && below <= 1)) {
        throw new ModelCardException("views.below must be in (0, 1], got " + below);
      }
    }
  }

  /**
   * The graph's output {@code patterns}: an independent yes or no for each defect pattern. A
   * pattern's probability is 1 / (1 + exp(-(logit / temperature + bias))); the model says it where
   * that is at least its threshold. Source: J. Platt, "Probabilistic Outputs for Support Vector
   * Machines", 1999.
   *
   * @param labels the patterns in the order of the output, 1 to {@link ModelCard#MAX_CLASSES}, all
   *     different, without {@code none}
   * @param temperature in [0.01, 100]
   * @param bias pattern → offset, each in [-100, 100]; 0 where a pattern has none
   * @param thresholds pattern → least probability, in (0, 1); 0.5 where a pattern has none
   * @param fittedOn the wafers they were fitted on
   */
  public record Patterns(
      List<String> labels,
      double temperature,
      Map<String, Double> bias,
      Map<String, Double> thresholds,
      String fittedOn) {
    /** The threshold of a pattern that has none of its own. */
    public static final double DEFAULT_THRESHOLD = 0.5;

    public Patterns {
      labels = requirePatterns(labels);
      ModelCard.Calibration.requireTemperature("patterns.temperature", temperature);
      bias = requireLabels("patterns.bias", bias, labels, "its labels");
      ModelCard.Calibration.requireBias("patterns.bias", bias);
      thresholds = requireLabels("patterns.thresholds", thresholds, labels, "its labels");
      thresholds.forEach(
          (label, threshold) -> {
            if (!(threshold > 0 && threshold < 1)) {
              throw new ModelCardException(
                  "patterns.thresholds." + label + " must be in (0, 1), got " + threshold);
            }
          });
      ModelCard.requireText("patterns.fittedOn", fittedOn);
    }

    /** Patterns whose probabilities need no offset. */
    public Patterns(
        List<String> labels, double temperature, Map<String, Double> thresholds, String fittedOn) {
      this(labels, temperature, Map.of(), thresholds, fittedOn);
    }

    /** The probability of a pattern by the logit that the graph gave for it. */
    public double probability(String label, double logit) {
      return 1 / (1 + Math.exp(-(logit / temperature + bias.getOrDefault(label, 0.0))));
    }

    /** The least probability at which the model says a pattern. */
    public double threshold(String label) {
      return thresholds.getOrDefault(label, DEFAULT_THRESHOLD);
    }

    private static List<String> requirePatterns(List<String> labels) {
      if (labels.isEmpty() || labels.size() > ModelCard.MAX_CLASSES) {
        throw new ModelCardException(
            "patterns.labels must be 1 to %,d labels, got %,d"
                .formatted(ModelCard.MAX_CLASSES, labels.size()));
      }
      List<String> canonical = ModelCard.requireLabels("patterns.labels", labels);
      int none = canonical.indexOf(DefectPattern.NONE.label());
      if (none >= 0) {
        throw new ModelCardException(
            "patterns.labels[%d] must be a pattern, got %s".formatted(none, canonical.get(none)));
      }
      return canonical;
    }
  }

  /**
   * The classes that fit a wafer: each whose probability is at least its {@code least}. Of new
   * wafers of a class, the set holds that class for the share {@code coverage} of them, as long as
   * they come like those it was fitted on; it may be empty, the wafer then fits no class. Source:
   * V. Vovk, "Conditional validity of inductive conformal predictors", Machine Learning 92, 2013,
   * arXiv 1209.2673 (label-conditional, or Mondrian, split conformal prediction).
   *
   * @param coverage in (0, 1)
   * @param least every class of the card → least probability, in [0, 1]; 0 where too few wafers
   *     were known to say more
   * @param fittedOn the wafers it was fitted on
   */
  public record Conformal(double coverage, Map<String, Double> least, String fittedOn) {
    public Conformal {
      if (!(coverage > 0 && coverage < 1)) {
        throw new ModelCardException("conformal.coverage must be in (0, 1), got " + coverage);
      }
      least = canonical(least);
      least.forEach((label, p) -> requireShare("conformal.least." + label, p));
      ModelCard.requireText("conformal.fittedOn", fittedOn);
    }
  }

  /**
   * The graph's output {@code novelty}, held against wafers of known classes that the model was not
   * trained on.
   *
   * @param quantiles its {@link #QUANTILES} quantiles over those wafers, finite, ascending: the
   *     first is the least value, the last the largest
   * @param fittedOn those wafers
   */
  public record Novelty(List<Double> quantiles, String fittedOn) {
    /** How many quantiles there are: 0 %, 1 %, … 100 %. */
    public static final int QUANTILES = 101;

    public Novelty {
      if (quantiles.size() != QUANTILES) {
        throw new ModelCardException(
            "novelty.quantiles must be %d numbers, got %,d".formatted(QUANTILES, quantiles.size()));
      }
      for (int i = 0; i < QUANTILES; i++) {
        double quantile = quantiles.get(i);
        if (!Double.isFinite(quantile) || (i > 0 && quantile < quantiles.get(i - 1))) {
          throw new ModelCardException(
              "novelty.quantiles[%d] must be finite and not below the one before it, got %s"
                  .formatted(i, quantile));
        }
      }
      quantiles = List.copyOf(quantiles);
      ModelCard.requireText("novelty.fittedOn", fittedOn);
    }

    /**
     * The share of known wafers that are less novel: by straight lines between the quantiles, and
     * where several are equal by the first of those.
     *
     * @param novelty what the graph gave, finite
     * @return in [0, 1]
     */
    public double rank(double novelty) {
      int low = 0;
      int high = QUANTILES;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (quantiles.get(middle) < novelty) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      if (low == 0 || low == QUANTILES) {
        return low == 0 ? 0 : 1;
      }
      double before = quantiles.get(low - 1);
      double after = quantiles.get(low);
      return (low - 1 + (novelty - before) / (after - before)) / (QUANTILES - 1);
    }
  }

  /**
   * An answer is accepted where its confidence and its novelty are within these limits; else a
   * person should review it.
   *
   * @param minConfidence least probability of the predicted class, in [0, 1]
   * @param maxNovelty largest share of known wafers that are less novel, in [0, 1]; 1 is no limit
   * @param coverage share of wafers accepted where this was fitted, in [0, 1]
   * @param error share of wrong classes among those accepted there, in [0, 1]
   * @param fittedOn the wafers it was fitted on
   */
  public record Decision(
      double minConfidence, double maxNovelty, double coverage, double error, String fittedOn) {
    public Decision {
      requireShare("decision.minConfidence", minConfidence);
      requireShare("decision.maxNovelty", maxNovelty);
      requireShare("decision.coverage", coverage);
      requireShare("decision.error", error);
      ModelCard.requireText("decision.fittedOn", fittedOn);
    }
  }

  /** This with other views. */
  public Judgement with(Views other) {
    return new Judgement(Optional.of(other), patterns, conformal, novelty, decision);
  }

  /** This with other patterns. */
  public Judgement with(Patterns other) {
    return new Judgement(views, Optional.of(other), conformal, novelty, decision);
  }

  /** This with another conformal prediction. */
  public Judgement with(Conformal other) {
    return new Judgement(views, patterns, Optional.of(other), novelty, decision);
  }

  /** This with another novelty. */
  public Judgement with(Novelty other) {
    return new Judgement(views, patterns, conformal, Optional.of(other), decision);
  }

  /** This with another decision. */
  public Judgement with(Decision other) {
    return new Judgement(views, patterns, conformal, novelty, Optional.of(other));
  }

  /** What of this depends on the card's classes. */
  void requireClasses(List<String> classes) {
    if (conformal.isPresent()) {
      Map<String, Double> least = conformal.get().least();
      requireLabels("conformal.least", least, classes, "the card's classes");
      Set<String> missing = new HashSet<>(classes);
      missing.removeAll(least.keySet());
      for (String label : classes) {
        if (missing.contains(label)) {
          throw new ModelCardException("conformal.least." + label + " is missing");
        }
      }
    }
  }

  /** Numbers by label, in their canonical spelling; each must be among those known. */
  static Map<String, Double> requireLabels(
      String field, Map<String, Double> numbers, List<String> known, String of) {
    Map<String, Double> canonical = canonical(numbers);
    for (String label : canonical.keySet()) {
      if (!known.contains(label)) {
        throw new ModelCardException(
            field + "." + ModelCardJson.shown(label) + " is none of " + of);
      }
    }
    return canonical;
  }

  static Map<String, Double> canonical(Map<String, Double> numbers) {
    Map<String, Double> canonical = new LinkedHashMap<>();
    numbers.forEach((label, number) -> canonical.put(DefectPattern.canonicalLabel(label), number));
    return Collections.unmodifiableMap(canonical);
  }

  private static void requireShare(String field, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new ModelCardException("%s must be in [0, 1], got %s".formatted(field, value));
    }
  }
}
