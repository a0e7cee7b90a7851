package fabwafer.hub.shadow;

import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.protocol.DeviceName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a model in shadow showed. "Champion" is what was published of a wafer, whichever model its
 * camera used.
 *
 * @param model whose figures these are
 * @param champion who answered meanwhile; empty where there was none
 * @param sinceMillis when it was put into test
 * @param wafers that it answered
 * @param same of them with the published label
 * @param failed wafers that it failed on
 * @param unseen wafers without a wafer map
 * @param labels by label, the most frequent first; {@link #MAX_LABELS} at most
 * @param reviewed of the last wafers ({@link ShadowRows#MAX_KEPT}), those that people labelled
 * @param differing the last wafers that got another label, the newest first
 */
public record ShadowFigures(
    String model,
    Optional<String> champion,
    long sinceMillis,
    long wafers,
    long same,
    long failed,
    long unseen,
    List<OfLabel> labels,
    Reviewed reviewed,
    List<Differing> differing) {
  /** Most labels that are told. */
  static final int MAX_LABELS = 100;

  /** Most differing wafers that are told. */
  static final int MAX_DIFFERING = 50;

  private static final double PERCENT = 100;

  public ShadowFigures {
    labels = List.copyOf(labels);
    differing = List.copyOf(differing);
  }

  /**
   * How often a label was said.
   *
   * @param champion wafers published with it
   * @param candidate wafers that the model says have it
   * @param same wafers of both
   */
  public record OfLabel(String label, long champion, long candidate, long same) {}

  /** How often either was right, in all and by the label that people gave. */
  public record Reviewed(
      long wafers, long championRight, long candidateRight, List<ReviewedLabel> labels) {
    public Reviewed {
      labels = List.copyOf(labels);
    }
  }

  /** The same of the wafers that people gave one label. */
  public record ReviewedLabel(String label, long wafers, long championRight, long candidateRight) {}

  /** A wafer of which the two say other things. */
  public record Differing(
      DeviceName device,
      Cursor wafer,
      String champion,
      String candidate,
      Optional<String> review) {}

  /** Share of the wafers with the published label, in [0, 1]; empty before the first. */
  public Optional<Double> agreement() {
    return wafers == 0 ? Optional.empty() : Optional.of((double) same / wafers);
  }

  /** In one line, for logs. */
  public String line() {
    String agreement =
        agreement()
            .map(share -> String.format(Locale.ROOT, " (%.1f %%)", share * PERCENT))
            .orElse("");
    return String.format(
        Locale.ROOT,
        "%,d wafers, %,d as published%s, failed on %,d; reviewed %,d: published right %,d,"
            + " candidate right %,d",
        wafers,
        same,
        agreement,
        failed,
        reviewed.wafers(),
        reviewed.championRight(),
        reviewed.candidateRight());
  }
}
