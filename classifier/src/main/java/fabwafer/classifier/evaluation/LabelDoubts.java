package fabwafer.classifier.evaluation;

import java.util.List;
import java.util.Optional;

/**
 * Labels that look wrong, by confident learning: where the model is as sure of another label as it
 * usually is of wafers that have that label, the label is doubted. No figure leaves such a wafer
 * out.
 *
 * <p>Only where the model was not trained on these very wafers, and only as far as it is good: it
 * cannot tell a wrong label from a mistake of its own. Source: C. Northcutt, L. Jiang, I. Chuang,
 * "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 70, 2021, arXiv 1911.00068.
 *
 * @param suspects doubted wafers, the largest margin first
 * @param ofLabels each label's estimate, in the order of the model's labels
 */
public record LabelDoubts(List<Suspect> suspects, List<OfLabel> ofLabels) {
  /** Most suspects shown as pictures in a report. */
  public static final int MAX_PICTURES = 36;

  /** What a reader is told where {@link #implausible}. */
  static final String IMPLAUSIBLE =
      "So many doubts say more of the model, or of wafers unlike those it knows, than of the"
          + " labels.";

  // Twice the share that is wrong in the labels of WM-811K at a guess.
  private static final double MOST_PLAUSIBLE = 0.1;

  public LabelDoubts {
    suspects = List.copyOf(suspects);
    ofLabels = List.copyOf(ofLabels);
  }

  /**
   * A wafer whose label looks wrong.
   *
   * @param suggested the label, or the patterns joined, that it rather has
   * @param probability the model's probability of that; of a pattern set that of the one pattern
   *     that is doubted most
   * @param margin that probability less the one of what the label says, in (0, 1]
   */
  public record Suspect(Outcome outcome, String suggested, double probability, double margin) {
    /** The label in the data set. */
    public String label() {
      return outcome.wafer().labels();
    }
  }

  /** How far an estimate can be trusted. */
  public enum Trust {
    FAIR("fair"),
    /** The wafers of the label are hard for the model, so many doubts are its own mistakes. */
    MODEL_UNSURE("little: the model is unsure of this label itself"),
    /** The estimate hangs on a handful of wafers. */
    FEW_WAFERS("little: few wafers");

    private final String words;

    Trust(String words) {
      this.words = words;
    }

    /** In words, for a table. */
    public String words() {
      return words;
    }
  }

  /**
   * The estimate for one label.
   *
   * @param wafers wafers that have the label
   * @param doubted how many of them are suspects
   * @param share estimated share of its wafers that rather have another label: those confidently
   *     counted elsewhere, of those confidently counted at all
   * @param interval of the share, bootstrap by group at fixed thresholds
   * @param suggestedFor suspects of other labels that rather have this one
   * @param selfConfidence the model's mean probability of the label on wafers that have it
   */
  public record OfLabel(
      String label,
      int wafers,
      int doubted,
      double share,
      Optional<Interval> interval,
      int suggestedFor,
      double selfConfidence) {
    private static final int LEAST_WAFERS = 100;
    private static final double LEAST_CONFIDENCE = 0.85;

    /** How far to trust it. */
    public Trust trust() {
      if (wafers < LEAST_WAFERS) {
        return Trust.FEW_WAFERS;
      }
      return selfConfidence < LEAST_CONFIDENCE ? Trust.MODEL_UNSURE : Trust.FAIR;
    }
  }

  /**
   * Whether so many labels are doubted that it says more of the model, or of how far these wafers
   * are from those it knows, than of the labels.
   *
   * @param wafers how many were evaluated
   */
  boolean implausible(int wafers) {
    return suspects.size() > MOST_PLAUSIBLE * wafers;
  }

  /** Empty where the model's probabilities cannot say: none kept, or one label for several. */
  static Optional<LabelDoubts> of(Answers answers, Protocol protocol) {
    return ConfidentLearning.doubts(answers, protocol);
  }
}
