package fabwafer.classifier.explanation;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ClassifierException;
import fabwafer.classifier.GraphOutput;
import fabwafer.classifier.Judge;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntFunction;

/**
 * Explains a model's answers by repair: some failing dies are set to pass, and what the label's
 * log-odds lose by it is credited to them. The same model and wafer map give the same explanation.
 *
 * <p>Asks the model about the wafer as it lies, also where the model would see an unsure wafer in
 * all eight turns: those say the same of a pattern, at eight times the cost. Safe on any thread;
 * each call runs the model on its caller's thread.
 */
public final class Explainer {
  /**
   * Most times that one explanation runs the graph, whatever the wafer map: the pairs, and the
   * wafer as it is, without its failing dies, and without those shown.
   */
  public static final int MAX_RUNS = 2 * Repairs.PAIRS + 3;

  /**
   * Most positions of a wafer map that is explained, with or without a die: every run reads them
   * all. A 300 mm wafer of 0.3 mm dies has as many.
   */
  public static final int MAX_CELLS = 1_024 * 1_024;

  /** Most positions of the wafer maps that are made for one batch. */
  private static final int MAX_CELLS_AT_ONCE = 8 * MAX_CELLS;

  private final Classifier classifier;
  private final Judge judge;

  /** Explains what a classifier says; it stays the caller's to close. */
  public Explainer(Classifier classifier) {
    this.classifier = classifier;
    this.judge = Judge.of(classifier.card());
  }

  /**
   * Explains the class that the model gives a wafer map in a single view.
   *
   * @throws ClassifierException if the wafer map has more than {@link #MAX_CELLS} positions, or the
   *     graph fails on it
   */
  public Explanation explain(WaferMap wafer) {
    return explain(wafer, Optional.empty());
  }

  /**
   * Explains why a wafer map has a label, or has it not.
   *
   * @param label one of the model's classes or patterns, compared as {@link
   *     DefectPattern#canonicalLabel} does
   * @throws ClassifierException if the model knows no such label, the wafer map has more than
   *     {@link #MAX_CELLS} positions, or the graph fails on it
   */
  public Explanation explain(WaferMap wafer, String label) {
    return explain(wafer, Optional.of(DefectPattern.canonicalLabel(label)));
  }

  private Explanation explain(WaferMap wafer, Optional<String> asked) {
    if (wafer.height() * wafer.width() > MAX_CELLS) {
      throw new ClassifierException(
          "a wafer map of at most %,d positions can be explained, this has %d x %d"
              .formatted(MAX_CELLS, wafer.height(), wafer.width()));
    }
    GraphOutput whole = classifier.outputs(List.of(wafer), 1).getFirst();
    String answer = judge.prediction(whole, 1).label();
    String label = asked.orElse(answer);
    LogOdds logOdds = LogOdds.of(classifier.card(), label, answer);
    if (wafer.failingDies() == 0) {
      return Explanation.ofNothing(label, wafer);
    }
    return explain(wafer, label, logOdds, logOdds.in(whole));
  }

  private Explanation explain(WaferMap wafer, String label, LogOdds logOdds, double asItIs) {
    Repairs repairs = new Repairs(wafer);
    double[] pairs = logOdds(logOdds, 2 * Repairs.PAIRS, repairs::run);
    double[] halfDifferences = new double[Repairs.PAIRS];
    for (int pair = 0; pair < halfDifferences.length; pair++) {
      halfDifferences[pair] = (pairs[2 * pair] - pairs[2 * pair + 1]) / 2;
    }
    double[] credits = Credits.of(repairs, halfDifferences);

    WaferMap clean = repairs.repairing(repairs.all());
    double evidence = asItIs - logOdds(logOdds, 1, run -> clean)[0];
    float[] values = scaled(credits);
    BitSet shown = shown(values, evidence);
    OptionalDouble share = OptionalDouble.empty();
    if (Math.abs(evidence) >= Explanation.LEAST_EVIDENCE) {
      WaferMap rest = repairs.repairing(shown);
      double lost = asItIs - logOdds(logOdds, 1, run -> rest)[0];
      share = OptionalDouble.of(Math.clamp(lost / evidence, 0, 1));
    }
    return new Explanation(
        label,
        wafer.height(),
        wafer.width(),
        repairs.onGrid(values),
        evidence,
        shown.cardinality(),
        share);
  }

  /** The log-odds of many wafer maps; few exist at a time. */
  private double[] logOdds(LogOdds logOdds, int runs, IntFunction<WaferMap> wafers) {
    double[] all = new double[runs];
    List<WaferMap> batch = new ArrayList<>();
    long cells = 0;
    for (int run = 0; run < runs; run++) {
      WaferMap wafer = wafers.apply(run);
      batch.add(wafer);
      cells += (long) wafer.height() * wafer.width();
      boolean full = batch.size() == Classifier.MAX_BATCH || cells >= MAX_CELLS_AT_ONCE;
      if (full || run == runs - 1) {
        List<GraphOutput> outputs = classifier.outputs(batch, 1);
        int first = run + 1 - batch.size();
        for (int i = 0; i < batch.size(); i++) {
          all[first + i] = logOdds.in(outputs.get(i));
        }
        batch.clear();
        cells = 0;
      }
    }
    return all;
  }

  /** The credits by the strongest of them. */
  private static float[] scaled(double[] credits) {
    double strongest = 0;
    for (double credit : credits) {
      strongest = Math.max(strongest, Math.abs(credit));
    }
    float[] values = new float[credits.length];
    for (int i = 0; i < values.length && strongest > 0; i++) {
      values[i] = (float) (credits[i] / strongest);
    }
    return values;
  }

  private static BitSet shown(float[] values, double evidence) {
    BitSet shown = new BitSet(values.length);
    for (int i = 0; i < values.length; i++) {
      shown.set(i, (evidence < 0 ? -values[i] : values[i]) >= Explanation.SHOWN);
    }
    return shown;
  }
}
