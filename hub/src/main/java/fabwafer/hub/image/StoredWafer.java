package fabwafer.hub.image;

import fabwafer.protocol.BinMap;
import fabwafer.protocol.WaferFacts;
import fabwafer.protocol.WaferFacts.Grid;
import fabwafer.protocol.WaferFacts.Source;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.Turn;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.format.FabFormat;
import fabwafer.wafer.record.Bin;
import fabwafer.wafer.record.Defect;
import fabwafer.wafer.record.DieState;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.SourceGrid;
import fabwafer.wafer.record.WaferRecord;
import fabwafer.wafer.record.WaferRecordBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A stored wafer as the record of a fab's file it came from, as far as its messages tell. */
final class StoredWafer {
  /** Of a pattern that has no number of its own: past the classes that tools use. */
  private static final int OTHER_PATTERN = 99;

  private StoredWafer() {}

  /**
   * The record.
   *
   * @param map its wafer map, notch down where that is known
   * @param facts what its device told
   * @param format for which it is made: a KLARF file marks each failing die with a defect of the
   *     pattern's class
   * @param pattern the label it has
   * @throws fabwafer.wafer.WaferException if no die of it was tested
   */
  static WaferRecord record(WaferMap map, WaferFacts facts, FabFormat format, String pattern) {
    Optional<Source> source = facts.source();
    boolean klarf = format == FabFormat.KLARF;
    String form = klarf ? "KLARF 1.2" : source.map(Source::format).orElse("picture");
    WaferRecordBuilder builder =
        new WaferRecordBuilder(form, source.map(Source::file).orElse(""))
            .lot(facts.lot())
            .wafer(facts.wafer())
            .slot(facts.slot())
            .product(facts.product())
            .step(facts.step())
            .time(facts.measured());
    source.ifPresent(
        told ->
            builder
                .diePitchMicrons(
                    told.diePitchXMicrons().orElse(Double.NaN),
                    told.diePitchYMicrons().orElse(Double.NaN))
                .waferDiameterMillimetres(told.waferDiameterMillimetres().orElse(Double.NaN)));
    for (Bin bin : facts.bins()) {
      builder.bin(bin.number(), bin.code(), bin.quality(), bin.name());
    }
    SourceGrid grid = grid(map, facts);
    builder.axes(grid.xStep() < 0, grid.yStep() < 0).notch(grid.notch()).fromBack(grid.fromBack());
    putDies(builder, map, grid, bins(map, facts));
    if (klarf) {
      putDefects(builder, map, grid, source, pattern);
    }
    return builder.build();
  }

  /** Where the file laid the dies; without its word, as the wafer map lies. */
  private static SourceGrid grid(WaferMap map, WaferFacts facts) {
    Optional<Grid> told = facts.source().flatMap(Source::grid);
    if (told.isEmpty()) {
      return new SourceGrid(map.height(), map.width(), 0, 1, 0, 1, facts.notch(), false);
    }
    Grid at = told.get();
    NotchSide notch = facts.source().map(Source::notch).orElse(NotchSide.UNKNOWN);
    Turn turn = new SourceGrid(1, 1, 0, 1, 0, 1, notch, at.fromBack()).turn();
    return new SourceGrid(
        turn.swapsSides() ? map.width() : map.height(),
        turn.swapsSides() ? map.height() : map.width(),
        at.leftX(),
        at.xStep(),
        at.topY(),
        at.yStep(),
        notch,
        at.fromBack());
  }

  private static int[] bins(WaferMap map, WaferFacts facts) {
    int positions = map.height() * map.width();
    return BinMap.decode(facts.binMap(), positions)
        .orElseGet(
            () -> {
              int[] none = new int[positions];
              Arrays.fill(none, WaferRecord.NO_BIN);
              return none;
            });
  }

  private static void putDies(
      WaferRecordBuilder builder, WaferMap map, SourceGrid grid, int[] bins) {
    int bottom = map.height() - 1;
    int right = map.width() - 1;
    builder.grid(grid.x(0, 0), grid.y(0, 0), grid.x(bottom, right), grid.y(bottom, right));
    for (int row = 0; row < map.height(); row++) {
      for (int column = 0; column < map.width(); column++) {
        int code = map.code(row, column);
        if (code > 0) {
          builder.die(
              grid.x(row, column),
              grid.y(row, column),
              code == 1 ? DieState.PASS : DieState.FAIL,
              bins[row * map.width() + column]);
        }
      }
    }
  }

  private static void putDefects(
      WaferRecordBuilder builder,
      WaferMap map,
      SourceGrid grid,
      Optional<Source> source,
      String pattern) {
    int patternClass = number(pattern);
    builder.defectClass(0, "none");
    if (patternClass > 0) {
      builder.defectClass(patternClass, pattern);
    }
    double x = source.map(told -> told.diePitchXMicrons().orElse(Double.NaN)).orElse(Double.NaN);
    double y = source.map(told -> told.diePitchYMicrons().orElse(Double.NaN)).orElse(Double.NaN);
    long id = 0;
    for (int row = 0; row < map.height(); row++) {
      for (int column = 0; column < map.width(); column++) {
        if (map.code(row, column) == 2) {
          id++;
          builder.defect(
              new Defect(
                  id,
                  grid.x(row, column),
                  grid.y(row, column),
                  x / 2,
                  y / 2,
                  Double.NaN,
                  patternClass,
                  List.of()));
        }
      }
    }
  }

  /** A pattern's class number: 1 to 8 in the order of the labels, 0 for none. */
  private static int number(String pattern) {
    List<String> labels =
        Arrays.stream(DefectPattern.values())
            .filter(known -> known != DefectPattern.NONE)
            .map(DefectPattern::label)
            .toList();
    if (pattern.equals(DefectPattern.NONE.label())) {
      return 0;
    }
    int at = labels.indexOf(pattern);
    return at < 0 ? OTHER_PATTERN : at + 1;
  }
}
