package fabwafer.protocol;

import fabwafer.wafer.WaferMap;
import fabwafer.wafer.record.Bin;
import fabwafer.wafer.record.DieState;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.SourceGrid;
import fabwafer.wafer.record.WaferIdentity;
import fabwafer.wafer.record.WaferRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a fab's file says of a wafer beside its wafer map, as a message carries it. Texts are empty
 * where the file does not say, of at most {@link #MAX_TEXT_CHARS}.
 *
 * @param lot the lot
 * @param wafer the wafer
 * @param slot place in the cassette, 0 where the file does not say
 * @param product the product: device, part type
 * @param step the process step or test program
 * @param measured when it was tested or inspected, as the file writes it
 * @param notch the notch's side on the wafer map of the message
 * @param source the file it comes from
 * @param dies how many dies there are of each kind
 * @param bins the hard bins its dies are in, at most {@link #MAX_BINS}, by number
 * @param binMap which bin each die is in, see {@link BinMap}; empty where unknown or too large
 */
public record WaferFacts(
    String lot,
    String wafer,
    int slot,
    String product,
    String step,
    String measured,
    NotchSide notch,
    Optional<Source> source,
    Optional<Dies> dies,
    List<Bin> bins,
    String binMap) {
  /** Most characters of a text. */
  public static final int MAX_TEXT_CHARS = 256;

  /** Most bins of a message, those with the most dies. */
  public static final int MAX_BINS = 64;

  /** Most warnings of a message. */
  public static final int MAX_WARNINGS = 8;

  /** Nothing is known. */
  public static final WaferFacts NONE =
      new WaferFacts(
          "",
          "",
          0,
          "",
          "",
          "",
          NotchSide.UNKNOWN,
          Optional.empty(),
          Optional.empty(),
          List.of(),
          "");

  public WaferFacts {
    bins = List.copyOf(bins);
  }

  /**
   * The file a wafer comes from, and how it lay there.
   *
   * @param file its name, and what lies in it: {@code lot.zip!W01.txt}
   * @param format what its form is called
   * @param notch the notch's side as the file draws the wafer
   * @param grid where the file laid the dies; empty where it has no coordinates of its own
   * @param diePitchXMicrons in the file's grid
   * @param diePitchYMicrons in the file's grid
   * @param waferDiameterMillimetres of the wafer
   * @param warnings what was odd about the file, at most {@link #MAX_WARNINGS}
   */
  public record Source(
      String file,
      String format,
      NotchSide notch,
      Optional<Grid> grid,
      OptionalDouble diePitchXMicrons,
      OptionalDouble diePitchYMicrons,
      OptionalDouble waferDiameterMillimetres,
      List<String> warnings) {
    public Source {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * Where a file laid the dies, as {@link SourceGrid} has it; rows and columns follow from the
   * wafer map.
   */
  public record Grid(int leftX, int xStep, int topY, int yStep, boolean fromBack) {}

  /** Dies of each kind; retested ones have more than one result. */
  public record Dies(int pass, int fail, int skipped, int edge, int reference, int retested) {}

  /** What a file says of a wafer. */
  public static WaferFacts of(WaferRecord record) {
    WaferIdentity identity = record.identity();
    SourceGrid grid = record.grid();
    boolean notchKnown = grid.notch() != NotchSide.UNKNOWN;
    Map<DieState, Integer> counts = record.counts();
    return new WaferFacts(
        identity.lot(),
        identity.wafer(),
        identity.slot(),
        identity.product(),
        identity.step(),
        identity.time(),
        notchKnown ? NotchSide.CANONICAL : NotchSide.UNKNOWN,
        Optional.of(
            new Source(
                shortened(identity.source()),
                identity.format(),
                grid.notch(),
                Optional.of(
                    new Grid(
                        grid.leftX(), grid.xStep(), grid.topY(), grid.yStep(), grid.fromBack())),
                record.geometry().diePitchXMicrons(),
                record.geometry().diePitchYMicrons(),
                record.geometry().waferDiameterMillimetres(),
                record.warnings().stream()
                    .limit(MAX_WARNINGS)
                    .map(WaferFacts::shortened)
                    .toList())),
        Optional.of(
            new Dies(
                counts.getOrDefault(DieState.PASS, 0),
                counts.getOrDefault(DieState.FAIL, 0),
                counts.getOrDefault(DieState.SKIPPED, 0),
                counts.getOrDefault(DieState.EDGE, 0),
                counts.getOrDefault(DieState.REFERENCE, 0),
                record.retestedDies())),
        commonest(record.bins()),
        BinMap.encode(record));
  }

  /** What a picture of a wafer map says: its name, and what can be counted. */
  public static WaferFacts ofPicture(String file, WaferMap map) {
    return new WaferFacts(
        "",
        "",
        0,
        "",
        "",
        "",
        NotchSide.UNKNOWN,
        Optional.of(
            new Source(
                shortened(file),
                "picture",
                NotchSide.UNKNOWN,
                Optional.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                List.of())),
        Optional.of(new Dies(map.dies() - map.failingDies(), map.failingDies(), 0, 0, 0, 0)),
        List.of(),
        "");
  }

  private static List<Bin> commonest(List<Bin> bins) {
    return bins.stream()
        .filter(bin -> bin.dies() > 0)
        .sorted(Comparator.comparingInt(Bin::dies).reversed().thenComparingInt(Bin::number))
        .limit(MAX_BINS)
        .sorted(Comparator.comparingInt(Bin::number))
        .toList();
  }

  /** What a message may carry of a text; a file's name may hold anything. */
  private static String shortened(String text) {
    String shown = text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
    return shown.length() <= MAX_TEXT_CHARS ? shown : shown.substring(0, MAX_TEXT_CHARS - 1) + "…";
  }
}
