package fabwafer.classifier.calibration;

import fabwafer.classifier.ClassifierException;
import fabwafer.classifier.Judgement;
import fabwafer.classifier.Judgement.Conformal;
import fabwafer.classifier.Judgement.Decision;
import fabwafer.classifier.Judgement.Novelty;
import fabwafer.classifier.Judgement.Views;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.ModelCard.Measurement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * Fits a card on held-out wafers, step by step: views, calibration, thresholds, conformal sets,
 * novelty, decision, patterns. What a step needs of those before it is fitted anew in each part of
 * the cross-fit, but for three choices of the whole pool: the limit of the views, the ridge of the
 * calibration and the quantiles of novelty, none of which a few wafers can move.
 */
public final class CardFit {
  /** Fewest wafers with one label: fewer say nothing of the rare classes. */
  static final int MIN_WAFERS = 200;

  private static final double[] SHOWN_COVERAGES = {0.9, 0.95, 0.98, 0.99};

  private final ModelCard card;
  private final FitOptions options;
  private final List<HeldOutWafer> all;
  private final List<String> classes;
  private final Pool pool;
  private final GroupFolds folds;

  private CardFit(ModelCard card, List<HeldOutWafer> wafers, FitOptions options) {
    this.card = card;
    this.options = options;
    this.all = wafers;
    this.classes = card.classes();
    this.pool = Pool.of(card, wafers, options.noneWeight());
    if (pool.wafers.size() < MIN_WAFERS || pool.single.groupCount < GroupFolds.FOLDS) {
      throw new ClassifierException(
          "a card is fitted on at least %d held-out wafers of one label in %d groups, got %,d in %,d"
              .formatted(MIN_WAFERS, GroupFolds.FOLDS, pool.wafers.size(), pool.single.groupCount));
    }
    this.folds = new GroupFolds(pool.single.groupCount);
  }

  /**
   * Fits a card.
   *
   * @param card of the model that will be used; the wafers are of models of the same recipe that
   *     were not trained on them
   * @throws ClassifierException if there are too few wafers
   */
  public static Fitted fit(ModelCard card, List<HeldOutWafer> wafers, FitOptions options) {
    return new CardFit(card, wafers, options).fit();
  }

  /** Wafers as they are seen and calibrated, the logits being log probabilities. */
  private static final class Calibrated {
    final Scaling scaling;
    final boolean[] turned;
    final Sample calibrated;

    Calibrated(Scaling scaling, boolean[] turned, Sample calibrated) {
      this.scaling = scaling;
      this.turned = turned;
      this.calibrated = calibrated;
    }
  }

  private Fitted fit() {
    ViewsFit.Choice views = ViewsFit.choose(pool);
    OptionalDouble below = views.below();
    Calibrated plain = calibrated(below, Double.POSITIVE_INFINITY, pool.single.weights);
    double ridge = ScalingFit.chooseRidge(pool.seen(plain.turned), pool.bias, folds);
    Calibrated whole = calibrated(below, ridge, pool.single.weights);

    List<Calibrated> parts = new ArrayList<>();
    List<double[]> partThresholds = new ArrayList<>();
    for (int fold = 0; fold < GroupFolds.FOLDS; fold++) {
      double[] weights = pool.single.times(folds.outside(fold)).weights;
      Calibrated part = calibrated(below, ridge, weights);
      parts.add(part);
      partThresholds.add(ThresholdFit.fit(part.calibrated));
    }
    double[] ones = ones(classes.size());
    List<double[]> noThresholds = parts.stream().map(_ -> ones).toList();
    Answers crossPlain = crossFitted(parts, noThresholds);
    Answers crossThresholds = crossFitted(parts, partThresholds);
    double[] fittedThresholds = ThresholdFit.fit(whole.calibrated);
    boolean kept = scores(crossThresholds).macroF1() > scores(crossPlain).macroF1();
    double[] thresholds = kept ? fittedThresholds : ones;
    Answers answers = Answers.of(whole.calibrated, thresholds);

    List<Fitted.Step> steps = new ArrayList<>();
    steps.add(step("the runs' cards today, one view", before()));
    steps.add(step("one view, temperature", viewed(OptionalDouble.empty())));
    steps.add(step("eight views always, temperature", viewed(OptionalDouble.of(1))));
    steps.add(step(viewsName(below) + ", temperature", Answers.of(plain.calibrated, ones)));
    steps.add(
        step("calibrated (%s)".formatted(ridgeName(ridge)), Answers.of(whole.calibrated, ones)));
    steps.add(step("calibrated, cross-fitted", crossPlain));
    steps.add(step("thresholds", Answers.of(whole.calibrated, fittedThresholds)));
    steps.add(
        step("thresholds, cross-fitted" + (kept ? "" : " (not kept: no gain)"), crossThresholds));

    Optional<Novelty> novelty = novelty(whole.turned);
    boolean[] acceptable = acceptable(whole.turned, novelty);
    List<double[]> leasts = leasts(parts, options.coverage());
    Optional<DecisionFit.Limit> limit = limit(whole.calibrated, answers, acceptable);
    Optional<Fitted.DecisionRow> decision =
        limit.map(
            found -> crossDecision(found, parts, kept ? partThresholds : noThresholds, acceptable));
    double[] least = ConformalFit.fit(whole.calibrated, options.coverage());
    Optional<PatternFit.Result> patterns = patterns(whole.scaling, below);

    Judgement judgement =
        judgement(below, novelty, limit, least, patterns.map(PatternFit.Result::patterns));
    ModelCard fitted =
        card.with(
            whole.scaling.calibration(classes, options.fittedOn()),
            kept ? named(thresholds) : Map.of(),
            judgement,
            measured(kept ? crossThresholds : crossPlain, decision));
    return new Fitted(
        fitted,
        pool.wafers.size(),
        pool.single.groupCount,
        steps,
        views.tried(),
        classRows(fittedThresholds, least, coverage(parts, leasts), crossPlain, crossThresholds),
        setRows(parts),
        decision,
        patterns.map(PatternFit.Result::rows).orElse(List.of()),
        patterns.map(PatternFit.Result::exactMatch));
  }

  private Judgement judgement(
      OptionalDouble below,
      Optional<Novelty> novelty,
      Optional<DecisionFit.Limit> limit,
      double[] least,
      Optional<Judgement.Patterns> patterns) {
    return new Judgement(
        below.isPresent() ? Optional.of(new Views(below.getAsDouble())) : Optional.empty(),
        patterns,
        Optional.of(new Conformal(options.coverage(), named(least), options.fittedOn())),
        novelty,
        limit.map(
            found ->
                new Decision(
                    found.minConfidence(),
                    novelty.isPresent() ? options.maxNovelty() : 1,
                    found.coverage(),
                    found.error(),
                    options.fittedOn())));
  }

  /** The card's metrics with the cross-fitted ones of this fit; those of an earlier fit go. */
  private List<Measurement> measured(Answers answers, Optional<Fitted.DecisionRow> decision) {
    String suffix = ", cross-fitted";
    List<Measurement> metrics = new ArrayList<>(card.metrics());
    metrics.removeIf(metric -> metric.split().endsWith(suffix));
    Scores scores = scores(answers);
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("accuracy", scores.accuracy());
    values.put("macroF1", scores.macroF1());
    values.put("ece", scores.ece());
    decision.ifPresent(
        row -> {
          values.put("accepted", row.crossCoverage());
          values.put("errorAmongAccepted", row.crossError());
        });
    metrics.add(new Measurement(card.provenance().data(), options.fittedOn() + suffix, values));
    return metrics;
  }

  private Calibrated calibrated(OptionalDouble below, double ridge, double[] weights) {
    Scaling scaling = ViewsFit.settle(pool, weights, below, ridge);
    boolean[] turned = pool.turned(scaling, below);
    Sample seen = pool.seen(turned);
    return new Calibrated(
        scaling,
        turned,
        seen.withLogits(scaling.logProbabilities(seen.logits)).withWeights(weights));
  }

  private Answers viewed(OptionalDouble below) {
    return Answers.of(
        calibrated(below, Double.POSITIVE_INFINITY, pool.single.weights).calibrated,
        ones(classes.size()));
  }

  /** What the runs' own cards say; their likelihood is not known. */
  private Answers before() {
    Answers answers = new Answers(pool.wafers.size());
    for (int i = 0; i < pool.wafers.size(); i++) {
      answers.labels[i] = pool.wafers.get(i).before().label();
      answers.confidences[i] = pool.wafers.get(i).before().confidence();
      answers.losses[i] = Double.NaN;
    }
    return answers;
  }

  /** Each wafer's answer by what was fitted without its fold. */
  private Answers crossFitted(List<Calibrated> parts, List<double[]> thresholds) {
    Answers answers = new Answers(pool.wafers.size());
    for (int fold = 0; fold < GroupFolds.FOLDS; fold++) {
      double[] offsets = ThresholdFit.offsets(thresholds.get(fold));
      for (int i = 0; i < pool.wafers.size(); i++) {
        if (folds.foldOf(pool.single.groups[i]) == fold) {
          answers.set(i, parts.get(fold).calibrated.logits[i], offsets, pool.single.labels[i]);
        }
      }
    }
    return answers;
  }

  private Scores scores(Answers answers) {
    return Scores.of(pool.single, pool.single.weights, answers);
  }

  private Fitted.Step step(String name, Answers answers) {
    double[] once = ones(pool.wafers.size());
    return new Fitted.Step(name, scores(answers), Scores.of(pool.single, once, answers));
  }

  private Optional<Novelty> novelty(boolean[] turned) {
    int wafers = pool.wafers.size();
    if (pool.output(0, turned).novelty().isEmpty()) {
      return Optional.empty();
    }
    double[] values = new double[wafers];
    for (int i = 0; i < wafers; i++) {
      values[i] = pool.output(i, turned).novelty().orElseThrow();
    }
    return Optional.of(
        new Novelty(
            Quantiles.of(values, pool.single.weights, Novelty.QUANTILES), options.fittedOn()));
  }

  private boolean[] acceptable(boolean[] turned, Optional<Novelty> novelty) {
    boolean[] acceptable = new boolean[pool.wafers.size()];
    Arrays.fill(acceptable, true);
    for (int i = 0; i < acceptable.length && novelty.isPresent(); i++) {
      double value = pool.output(i, turned).novelty().orElseThrow();
      acceptable[i] = novelty.get().rank(value) <= options.maxNovelty();
    }
    return acceptable;
  }

  private Optional<DecisionFit.Limit> limit(Sample sample, Answers answers, boolean[] acceptable) {
    boolean[] right = new boolean[answers.labels.length];
    for (int i = 0; i < right.length; i++) {
      right[i] = answers.labels[i] == sample.labels[i];
    }
    return DecisionFit.fit(sample, answers.confidences, right, acceptable, options.maxError());
  }

  private Fitted.DecisionRow crossDecision(
      DecisionFit.Limit found,
      List<Calibrated> parts,
      List<double[]> thresholds,
      boolean[] acceptable) {
    Answers crossed = crossFitted(parts, thresholds);
    double all = 0;
    double accepted = 0;
    double wrong = 0;
    for (int fold = 0; fold < GroupFolds.FOLDS; fold++) {
      Sample part = parts.get(fold).calibrated;
      double least =
          limit(part, Answers.of(part, thresholds.get(fold)), acceptable)
              .map(DecisionFit.Limit::minConfidence)
              .orElse(Double.POSITIVE_INFINITY);
      for (int i = 0; i < part.size(); i++) {
        if (folds.foldOf(part.groups[i]) == fold) {
          double weight = pool.single.weights[i];
          boolean accepts = acceptable[i] && crossed.confidences[i] >= least;
          all += weight;
          accepted += accepts ? weight : 0;
          wrong += accepts && crossed.labels[i] != part.labels[i] ? weight : 0;
        }
      }
    }
    return new Fitted.DecisionRow(
        found.minConfidence(),
        found.coverage(),
        found.error(),
        found.errorBound(),
        accepted / all,
        accepted > 0 ? wrong / accepted : 0);
  }

  /** Of each class the share of wafers whose cross-fitted set holds it. */
  private double[] coverage(List<Calibrated> parts, List<double[]> leasts) {
    double[] wafers = new double[classes.size()];
    double[] held = new double[classes.size()];
    for (int i = 0; i < pool.wafers.size(); i++) {
      int fold = folds.foldOf(pool.single.groups[i]);
      int label = pool.single.labels[i];
      wafers[label]++;
      held[label] += inSet(parts, leasts, fold, i, label) ? 1 : 0;
    }
    for (int c = 0; c < held.length; c++) {
      held[c] = wafers[c] > 0 ? held[c] / wafers[c] : 1;
    }
    return held;
  }

  private static List<double[]> leasts(List<Calibrated> parts, double coverage) {
    return parts.stream().map(part -> ConformalFit.fit(part.calibrated, coverage)).toList();
  }

  private List<Fitted.SetRow> setRows(List<Calibrated> parts) {
    return DoubleStream.concat(
            DoubleStream.of(SHOWN_COVERAGES), DoubleStream.of(options.coverage()))
        .distinct()
        .sorted()
        .mapToObj(coverage -> new Fitted.SetRow(coverage, meanSize(parts, leasts(parts, coverage))))
        .toList();
  }

  private double meanSize(List<Calibrated> parts, List<double[]> leasts) {
    double all = 0;
    double size = 0;
    for (int i = 0; i < pool.wafers.size(); i++) {
      int fold = folds.foldOf(pool.single.groups[i]);
      all += pool.single.weights[i];
      for (int c = 0; c < classes.size(); c++) {
        size += inSet(parts, leasts, fold, i, c) ? pool.single.weights[i] : 0;
      }
    }
    return size / all;
  }

  private static boolean inSet(
      List<Calibrated> parts, List<double[]> leasts, int fold, int wafer, int c) {
    return Math.exp(parts.get(fold).calibrated.logits[wafer][c]) >= leasts.get(fold)[c];
  }

  private List<Fitted.ClassRow> classRows(
      double[] thresholds, double[] least, double[] covered, Answers before, Answers after) {
    Scores.Counts countsBefore = counts(before);
    Scores.Counts countsAfter = counts(after);
    List<Fitted.ClassRow> rows = new ArrayList<>();
    for (int c = 0; c < thresholds.length; c++) {
      int label = c;
      rows.add(
          new Fitted.ClassRow(
              classes.get(c),
              (int) Arrays.stream(pool.single.labels).filter(truth -> truth == label).count(),
              thresholds[c],
              least[c],
              covered[c],
              countsBefore.f1(c),
              countsAfter.f1(c)));
    }
    return rows;
  }

  private Scores.Counts counts(Answers answers) {
    Scores.Counts counts = new Scores.Counts(classes.size());
    for (int i = 0; i < pool.wafers.size(); i++) {
      counts.add(pool.single.labels[i], answers.labels[i], pool.single.weights[i]);
    }
    return counts;
  }

  /** All wafers take part here, also those of several patterns. */
  private Optional<PatternFit.Result> patterns(Scaling scaling, OptionalDouble below) {
    return card.judgement()
        .patterns()
        .map(
            part -> {
              double[][] logits =
                  all.stream()
                      .map(
                          wafer ->
                              below.isPresent()
                                      && Pool.isTurned(
                                          scaling,
                                          below.getAsDouble(),
                                          wafer.views().single().logits())
                                  ? wafer.views().averaged().patterns()
                                  : wafer.views().single().patterns())
                      .toArray(double[][]::new);
              return new PatternFit(part.labels(), all, logits, options.noneWeight())
                  .fit(options.fittedOn());
            });
  }

  private Map<String, Double> named(double[] values) {
    Map<String, Double> named = new LinkedHashMap<>();
    for (int c = 0; c < values.length; c++) {
      named.put(classes.get(c), values[c]);
    }
    return named;
  }

  /**
   * A limit that the probability itself meets, also when it is computed by another sum: the fits
   * work with log probabilities, a {@link fabwafer.classifier.Judge} does not.
   */
  static double justBelow(double probability) {
    return probability * (1 - 1e-9);
  }

  static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static String viewsName(OptionalDouble below) {
    return below.isEmpty()
        ? "views: one (averaging gains nothing)"
        : "views: eight below " + below.getAsDouble();
  }

  private static String ridgeName(double ridge) {
    return Double.isInfinite(ridge) ? "temperature" : "temperature and bias, ridge " + ridge;
  }
}
