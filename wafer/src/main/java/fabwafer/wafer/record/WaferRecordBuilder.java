package fabwafer.wafer.record;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.record.WaferRecord.Geometry;
import fabwafer.wafer.record.WaferRecord.Laid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a reader finds of one wafer, in any order, and makes the record of it. One thread.
 */
public final class WaferRecordBuilder {
  /** Most positions of a wafer's grid: 2,048 x 2,048. */
  public static final int MAX_CELLS = 2_048 * 2_048;

  /** Most defects of a wafer. */
  public static final int MAX_DEFECTS = 4_000_000;

  /** Largest bin number: SEMI maps write up to four hexadecimal digits. */
  public static final int MAX_BIN = 0xffff;

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private static final int MAX_WARNINGS = 100;
  private static final int MAX_FACTS = 200;
  private static final int MAX_TEXT = 200;

  private final DieCollector dies;
  private final Map<String, String> facts = new LinkedHashMap<>();
  private final SortedMap<Integer, String> defectClasses = new TreeMap<>();
  private final SortedMap<Integer, Bin> stated = new TreeMap<>();
  private final List<Defect> defects = new ArrayList<>();
  private final Set<String> warnings = new LinkedHashSet<>();
  private final String format;
  private final String source;
  private String lot = "";
  private String wafer = "";
  private int slot;
  private String product = "";
  private String step = "";
  private String time = "";
  private boolean xToTheLeft;
  private boolean yUpwards;
  private NotchSide notch = NotchSide.UNKNOWN;
  private boolean fromBack;
  private OptionalDouble pitchX = OptionalDouble.empty();
  private OptionalDouble pitchY = OptionalDouble.empty();
  private OptionalDouble diameter = OptionalDouble.empty();
  private int retested;

  /**
   * A builder without dies.
   *
   * @param format what the file's form is called
   * @param source the file's name and what lies in it
   */
  public WaferRecordBuilder(String format, String source) {
    this(format, source, MAX_CELLS);
  }

  /**
   * A builder without dies, for a grid of a stated bound.
   *
   * @param format what the file's form is called
   * @param source the file's name and what lies in it
   * @param maxPositions most positions of the grid, 1 to {@link #MAX_CELLS}
   */
  public WaferRecordBuilder(String format, String source, int maxPositions) {
    this.format = format;
    this.source = source;
    this.dies = new DieCollector(maxPositions);
  }

  public WaferRecordBuilder lot(String value) {
    lot = text(value);
    return this;
  }

  public WaferRecordBuilder wafer(String value) {
    wafer = text(value);
    return this;
  }

  /**
   * Says the place in the cassette.
   *
   * @param value from 1; 0 if unknown
   */
  public WaferRecordBuilder slot(int value) {
    slot = value;
    return this;
  }

  public WaferRecordBuilder product(String value) {
    product = text(value);
    return this;
  }

  public WaferRecordBuilder step(String value) {
    step = text(value);
    return this;
  }

  public WaferRecordBuilder time(String value) {
    time = text(value);
    return this;
  }

  /** Says which way coordinates count; without it x counts to the right and y downwards. */
  public WaferRecordBuilder axes(boolean countsXToTheLeft, boolean countsYUpwards) {
    xToTheLeft = countsXToTheLeft;
    yUpwards = countsYUpwards;
    return this;
  }

  /** Says where the notch lies in the source's grid, as it is drawn with the axes as stated. */
  public WaferRecordBuilder notch(NotchSide side) {
    notch = side;
    return this;
  }

  /** Says whether the source shows the wafer from its back. */
  public WaferRecordBuilder fromBack(boolean back) {
    fromBack = back;
    return this;
  }

  /** States die pitch; a value that is no positive number counts as not stated. */
  public WaferRecordBuilder diePitchMicrons(double x, double y) {
    pitchX = positive(x);
    pitchY = positive(y);
    return this;
  }

  /** States the diameter; a value that is no positive number counts as not stated. */
  public WaferRecordBuilder waferDiameterMillimetres(double value) {
    diameter = positive(value);
    return this;
  }

  private static OptionalDouble positive(double value) {
    return value > 0 && Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  /** Adds something for people to know; empty values are passed over. */
  public WaferRecordBuilder fact(String name, String value) {
    if (!value.isBlank() && facts.size() < MAX_FACTS) {
      facts.put(text(name), text(value));
    }
    return this;
  }

  /** Adds a warning; the same one again changes nothing. */
  public WaferRecordBuilder warn(String warning) {
    if (warnings.size() < MAX_WARNINGS) {
      warnings.add(warning);
    }
    return this;
  }

  /** Control characters would garble a page or a terminal; a long text is no identifier. */
  private static String text(String value) {
    String clean = CONTROL.matcher(value.strip()).replaceAll("?");
    return clean.length() <= MAX_TEXT ? clean : clean.substring(0, MAX_TEXT) + "…";
  }

  /**
   * Makes the grid reach from one position to another, though no die may lie there.
   *
   * @throws WaferException if it grows past a bound
   */
  public WaferRecordBuilder grid(int fromX, int fromY, int toX, int toY) {
    dies.include(fromX, fromY);
    dies.include(toX, toY);
    return this;
  }

  /**
   * Puts a die; one that is there already is replaced and counts as retested where both were
   * tested.
   *
   * @param hardBin 0 to {@link #MAX_BIN}, or {@link WaferRecord#NO_BIN}
   * @param softBin in the same range
   * @throws WaferException if the grid grows past a bound, or a bin is out of range
   */
  public WaferRecordBuilder die(int x, int y, DieState state, int hardBin, int softBin) {
    requireBin(hardBin);
    requireBin(softBin);
    DieState before = dies.put(x, y, state, hardBin, softBin);
    if (tested(before) && tested(state)) {
      retested++;
    }
    return this;
  }

  /** Puts a die without soft bin. */
  public WaferRecordBuilder die(int x, int y, DieState state, int hardBin) {
    return die(x, y, state, hardBin, WaferRecord.NO_BIN);
  }

  /** Says what became of a die that a plan named before; this is no retest. */
  public WaferRecordBuilder result(int x, int y, DieState state) {
    dies.put(x, y, state, WaferRecord.NO_BIN, WaferRecord.NO_BIN);
    return this;
  }

  private static void requireBin(int bin) {
    if (bin < WaferRecord.NO_BIN || bin > MAX_BIN) {
      throw new WaferException("a bin must be 0 to %,d, got %,d".formatted(MAX_BIN, bin));
    }
  }

  /** What lies at a position so far; absent where nothing was put. */
  public DieState state(int x, int y) {
    return dies.state(x, y);
  }

  /** Positions of the grid so far, for readers that hold several wafers. */
  public long cells() {
    return dies.isEmpty()
        ? 0
        : ((long) dies.maxX() - dies.minX() + 1) * ((long) dies.maxY() - dies.minY() + 1);
  }

  /** States a bin; its dies are counted when the record is made. */
  public WaferRecordBuilder bin(int number, String code, Bin.Quality quality, String name) {
    requireBin(number);
    stated.put(number, new Bin(number, text(code), quality, text(name), 0));
    return this;
  }

  /**
   * Adds a defect.
   *
   * @throws WaferException if there are more than {@link #MAX_DEFECTS}
   */
  public WaferRecordBuilder defect(Defect defect) {
    if (defects.size() == MAX_DEFECTS) {
      throw new WaferException("a wafer may have at most %,d defects".formatted(MAX_DEFECTS));
    }
    defects.add(defect);
    return this;
  }

  public WaferRecordBuilder defectClass(int number, String name) {
    defectClasses.put(number, text(name));
    return this;
  }

  /**
   * The record, with the wafer turned to the canonical notch side.
   *
   * @throws WaferException if no die was tested
   */
  public WaferRecord build() {
    if (dies.isEmpty()) {
      throw new WaferException("the wafer has no dies");
    }
    int rows = dies.maxY() - dies.minY() + 1;
    int columns = dies.maxX() - dies.minX() + 1;
    SourceGrid grid =
        new SourceGrid(
            rows,
            columns,
            xToTheLeft ? dies.maxX() : dies.minX(),
            xToTheLeft ? -1 : 1,
            yUpwards ? dies.maxY() : dies.minY(),
            yUpwards ? -1 : 1,
            notch,
            fromBack);
    if (notch == NotchSide.UNKNOWN) {
      warn("the notch's side is not stated; the wafer was not turned");
    }
    if (retested > 0) {
      warn(
          "%,d results replace an earlier one of the same die; the last counts"
              .formatted(retested));
    }
    return new WaferRecord(this, laid(grid));
  }

  private Laid laid(SourceGrid grid) {
    int count = grid.rows() * grid.columns();
    byte[] cells = new byte[count];
    byte[] states = new byte[count];
    int[] hard = new int[count];
    int @Nullable [] soft = dies.hasSoftBins() ? new int[count] : null;
    BinCounts counts = new BinCounts();
    for (int y = dies.minY(); y <= dies.maxY(); y++) {
      for (int x = dies.minX(); x <= dies.maxX(); x++) {
        int at = grid.mapIndex(x, y);
        DieState state = dies.state(x, y);
        states[at] = state.code();
        cells[at] = state.die().code();
        hard[at] = dies.hardBin(x, y);
        if (soft != null) {
          soft[at] = dies.softBin(x, y);
        }
        counts.add(hard[at], state);
      }
    }
    if (counts.tested == 0) {
      throw new WaferException(
          "no die was tested: all %,d positions are absent, skipped, edge or reference"
              .formatted(count));
    }
    WaferMap map = WaferMap.of(grid.mapHeight(), grid.mapWidth(), cells);
    return new Laid(map, states, hard, soft, grid, counts.bins(stated));
  }

  private static boolean tested(DieState state) {
    return state == DieState.PASS || state == DieState.FAIL;
  }

  WaferIdentity identity() {
    return new WaferIdentity(format, source, lot, wafer, slot, product, step, time);
  }

  Geometry geometry() {
    return new Geometry(pitchX, pitchY, diameter);
  }

  int retestedDies() {
    return retested;
  }

  List<Defect> defects() {
    return defects;
  }

  SortedMap<Integer, String> defectClasses() {
    return new TreeMap<>(defectClasses);
  }

  Map<String, String> facts() {
    return new LinkedHashMap<>(facts);
  }

  Set<String> warnings() {
    return warnings;
  }

  /** Passing and failing dies of each hard bin. */
  private static final class BinCounts {
    private int[] passing = new int[64];
    private int[] failing = new int[64];
    private int tested;

    void add(int bin, DieState state) {
      if (!tested(state)) {
        return;
      }
      tested++;
      if (bin == WaferRecord.NO_BIN) {
        return;
      }
      if (bin >= passing.length) {
        int length = Math.max(bin + 1, 2 * passing.length);
        passing = Arrays.copyOf(passing, length);
        failing = Arrays.copyOf(failing, length);
      }
      if (state == DieState.PASS) {
        passing[bin]++;
      } else {
        failing[bin]++;
      }
    }

    List<Bin> bins(SortedMap<Integer, Bin> stated) {
      SortedMap<Integer, Bin> bins = new TreeMap<>(stated);
      for (int number = 0; number < passing.length; number++) {
        int dies = passing[number] + failing[number];
        Bin known = stated.get(number);
        if (known != null) {
          boolean open = known.quality() == Bin.Quality.UNSTATED && dies > 0;
          Bin.Quality quality = open ? quality(number) : known.quality();
          bins.put(number, new Bin(number, known.code(), quality, known.name(), dies));
        } else if (dies > 0) {
          bins.put(number, new Bin(number, String.valueOf(number), quality(number), "", dies));
        }
      }
      return List.copyOf(bins.values());
    }

    private Bin.Quality quality(int bin) {
      if (passing[bin] > 0 && failing[bin] > 0) {
        return Bin.Quality.UNSTATED;
      }
      return passing[bin] > 0 ? Bin.Quality.PASS : Bin.Quality.FAIL;
    }
  }
}
