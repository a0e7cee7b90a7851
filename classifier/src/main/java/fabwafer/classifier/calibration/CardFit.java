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

  private Fitted fit() {
    double[] weights = pool.single.weights;
    ViewsFit.Choice views = ViewsFit.choose(pool);
    OptionalDouble below = views.below();
    Calibrated plain = Calibrated.fit(pool, below, Double.POSITIVE_INFINITY, weights);
    double ridge = ScalingFit.chooseRidge(pool.seen(plain.turned), pool.bias, folds);
    Calibrated whole = Calibrated.fit(pool, below, ridge, weights);
    CrossFit cross = new CrossFit(pool, folds, below, ridge);

    double tried = cross.bestShrink();
    boolean kept = scores(cross.answers(tried)).macroF1() > scores(cross.answers(0)).macroF1();
    double shrink = kept ? tried : 0;
    double[] offered = ThresholdFit.shrunk(ThresholdFit.fit(whole.sample), tried);
    double[] thresholds = kept ? offered : ones(classes.size());
    Answers answers = Answers.of(whole.sample, thresholds);

    double[] ones = ones(classes.size());
    List<Fitted.Step> steps =
        List.of(
            step("the runs' cards today, one view", before()),
            step("one view, temperature", viewed(OptionalDouble.empty())),
            step("eight views always, temperature", viewed(OptionalDouble.of(1))),
            step(viewsName(below), Answers.of(plain.sample, ones)),
            step(scalingName(ridge), Answers.of(whole.sample, ones)),
            step("  cross-fitted", cross.answers(0)),
            step(thresholdsName(tried), Answers.of(whole.sample, offered)),
            step("  cross-fitted" + (kept ? "" : ": no gain, not kept"), cross.answers(tried)));

    Optional<Novelty> novelty = novelty(whole.turned);
    boolean[] acceptable = acceptable(whole.turned, novelty);
    Optional<DecisionFit.Limit> limit =
        DecisionFit.fit(whole.sample, answers, acceptable, options.maxError());
    Optional<Fitted.DecisionRow> decision =
        limit.map(found -> cross.decision(found, shrink, acceptable, options.maxError()));
    double[] least = ConformalFit.fit(whole.sample, options.coverage());
    Optional<PatternFit.Result> patterns = patterns(whole.scaling, below);
    ModelCard fitted =
        card.with(
            whole.scaling.calibration(classes, options.fittedOn()),
            kept ? named(thresholds) : Map.of(),
            judgement(below, novelty, limit, least, patterns.map(PatternFit.Result::patterns)),
            measured(cross.answers(shrink), decision));
    return new Fitted(
        fitted,
        pool.wafers.size(),
        pool.single.groupCount,
        steps,
        views.tried(),
        classRows(offered, least, cross, tried),
        setRows(cross),
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

  private Answers viewed(OptionalDouble below) {
    Calibrated calibrated =
        Calibrated.fit(pool, below, Double.POSITIVE_INFINITY, pool.single.weights);
    return Answers.of(calibrated.sample, ones(classes.size()));
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

  private List<Fitted.SetRow> setRows(CrossFit cross) {
    return DoubleStream.concat(
            DoubleStream.of(SHOWN_COVERAGES), DoubleStream.of(options.coverage()))
        .distinct()
        .sorted()
        .mapToObj(coverage -> new Fitted.SetRow(coverage, cross.setSize(coverage)))
        .toList();
  }

  private List<Fitted.ClassRow> classRows(
      double[] thresholds, double[] least, CrossFit cross, double shrink) {
    Scores.Counts before = counts(cross.answers(0));
    Scores.Counts after = counts(cross.answers(shrink));
    double[] covered = cross.covered(options.coverage());
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
              before.f1(c),
              after.f1(c)));
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
        ? "one view: averaging gains nothing"
        : "eight views below %s, temperature".formatted(below.getAsDouble());
  }

  private static String thresholdsName(double shrink) {
    return shrink == 1 ? "thresholds" : "thresholds, drawn back x " + shrink;
  }

  private static String scalingName(double ridge) {
    return Double.isInfinite(ridge)
        ? "no bias: cross-fitted no better"
        : "temperature and bias, ridge " + ridge;
  }
}
