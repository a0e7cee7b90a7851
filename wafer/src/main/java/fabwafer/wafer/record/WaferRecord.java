package fabwafer.wafer.record;

import fabwafer.wafer.WaferMap;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A wafer as a fab's file states it: the wafer map with its notch down, and what goes beside it.
 * Every position is one of the wafer map's; {@link #grid()} tells the source's coordinates of it.
 * Immutable.
 */
public final class WaferRecord {
  /** The fact that names the defect pattern which the source says the wafer has. */
  public static final String PATTERN = "pattern";

  /** In place of a bin number: the die has none. */
  public static final int NO_BIN = -1;

  private final WaferMap map;
  private final byte[] states;
  private final int[] hardBins;
  private final int @Nullable [] softBins;
  private final SourceGrid grid;
  private final WaferIdentity identity;
  private final List<Bin> bins;
  private final Geometry geometry;
  private final int retestedDies;
  private final List<Defect> defects;
  private final Map<Integer, String> defectClasses;
  private final Map<String, String> facts;
  private final List<String> warnings;

  /**
   * Lengths that a source states; empty where it does not.
   *
   * @param diePitchXMicrons from a die to its right neighbour, in the source's grid
   * @param diePitchYMicrons from a die to its lower neighbour, in the source's grid
   * @param waferDiameterMillimetres of the wafer
   */
  public record Geometry(
      OptionalDouble diePitchXMicrons,
      OptionalDouble diePitchYMicrons,
      OptionalDouble waferDiameterMillimetres) {}

  WaferRecord(WaferRecordBuilder from, Laid laid) {
    this.map = laid.map();
    this.states = laid.states();
    this.hardBins = laid.hardBins();
    this.softBins = laid.softBins();
    this.grid = laid.grid();
    this.bins = List.copyOf(laid.bins());
    this.identity = from.identity();
    this.geometry = from.geometry();
    this.retestedDies = from.retestedDies();
    this.defects = List.copyOf(from.defects());
    this.defectClasses = Collections.unmodifiableMap(from.defectClasses());
    this.facts = Collections.unmodifiableMap(from.facts());
    this.warnings = List.copyOf(from.warnings());
  }

  /** What a builder makes of its dies; arrays in the wafer map's order, handed over. */
  @SuppressWarnings("ArrayRecordComponent") // goes from builder to record, never compared
  record Laid(
      WaferMap map,
      byte[] states,
      int[] hardBins,
      int @Nullable [] softBins,
      SourceGrid grid,
      List<Bin> bins) {}

  /** Tested dies with their results, notch down where it is known. */
  public WaferMap map() {
    return map;
  }

  /**
   * What the source says of a position.
   *
   * @throws IndexOutOfBoundsException if the position is outside the wafer map
   */
  public DieState state(int row, int column) {
    return DieState.ofCode(states[index(row, column)]);
  }

  /**
   * The hard bin at a position, or {@link #NO_BIN}.
   *
   * @throws IndexOutOfBoundsException if the position is outside the wafer map
   */
  public int hardBin(int row, int column) {
    return hardBins[index(row, column)];
  }

  /**
   * The soft bin at a position, or {@link #NO_BIN}.
   *
   * @throws IndexOutOfBoundsException if the position is outside the wafer map
   */
  public int softBin(int row, int column) {
    int index = index(row, column);
    return softBins == null ? NO_BIN : softBins[index];
  }

  private int index(int row, int column) {
    if (row < 0 || row >= map.height() || column < 0 || column >= map.width()) {
      throw new IndexOutOfBoundsException(
          "row %d, column %d is outside a %d x %d wafer map"
              .formatted(row, column, map.height(), map.width()));
    }
    return row * map.width() + column;
  }

  /** How many positions are in each state; every state has an entry. */
  public Map<DieState, Integer> counts() {
    int[] counts = new int[DieState.values().length];
    for (byte state : states) {
      counts[state]++;
    }
    Map<DieState, Integer> byState = new EnumMap<>(DieState.class);
    for (DieState state : DieState.values()) {
      byState.put(state, counts[state.code()]);
    }
    return Collections.unmodifiableMap(byState);
  }

  /** Where the source laid the dies, and how that was turned. */
  public SourceGrid grid() {
    return grid;
  }

  /** What names the wafer and its source. */
  public WaferIdentity identity() {
    return identity;
  }

  /** The hard bins that the source defines or that its dies are in, by number. */
  public List<Bin> bins() {
    return bins;
  }

  /** Lengths that the source states. */
  public Geometry geometry() {
    return geometry;
  }

  /** Dies with more than one result; the last one counts. */
  public int retestedDies() {
    return retestedDies;
  }

  /** Defects that an inspection tool found, in the source's order; empty for a tester's file. */
  public List<Defect> defects() {
    return defects;
  }

  /** Names of the defects' classes by number. */
  public Map<Integer, String> defectClasses() {
    return defectClasses;
  }

  /** What else the source says, for people, in the source's order: {@code tester → Catalyst}. */
  public Map<String, String> facts() {
    return facts;
  }

  /** The defect pattern that the source names for the whole wafer, as it is spelt; else empty. */
  public String pattern() {
    return facts.getOrDefault(PATTERN, "");
  }

  /** What was odd about the source and how it was taken; each a sentence for people. */
  public List<String> warnings() {
    return warnings;
  }

  /** Source and wafer map. */
  @Override
  public String toString() {
    return "WaferRecord[%s, %s]".formatted(identity.source(), map);
  }
}
