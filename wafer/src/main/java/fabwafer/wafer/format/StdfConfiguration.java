package fabwafer.wafer.format;

import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.WaferRecordBuilder;

/**
 * What an STDF file's WCR says of all its wafers.
 *
 * @param diameterMillimetres of the wafers, NaN where it does not say
 * @param dieWidthMicrons of a die, NaN where it does not say
 * @param dieHeightMicrons of a die, NaN where it does not say
 * @param flat where the flat or notch is
 * @param leftwards whether x counts to the left
 * @param upwards whether y counts upwards
 * @param statesAxes whether the file says so, or it is assumed
 */
record StdfConfiguration(
    double diameterMillimetres,
    double dieWidthMicrons,
    double dieHeightMicrons,
    NotchSide flat,
    boolean leftwards,
    boolean upwards,
    boolean statesAxes) {
  private static final double MICRONS_AN_INCH = 25_400;

  /** Of a file without WCR. */
  static final StdfConfiguration NONE =
      new StdfConfiguration(
          Double.NaN, Double.NaN, Double.NaN, NotchSide.UNKNOWN, false, true, false);

  /** Takes the fields of a WCR. */
  static StdfConfiguration of(StdfRecord record) {
    double size = record.real();
    double height = record.real();
    double width = record.real();
    double unit =
        switch (record.one()) {
          case 1 -> MICRONS_AN_INCH;
          case 2 -> 10_000;
          case 3 -> 1_000;
          case 4 -> MICRONS_AN_INCH / 1_000;
          default -> Double.NaN;
        };
    NotchSide flat = Notches.of(String.valueOf(record.character()), NotchSide.UNKNOWN);
    record.skip(4);
    char x = record.character();
    char y = record.character();
    return new StdfConfiguration(
        size * unit / 1_000,
        width * unit,
        height * unit,
        flat,
        x == 'L',
        y != 'D',
        (x == 'L' || x == 'R') && (y == 'U' || y == 'D'));
  }

  void applyTo(WaferRecordBuilder wafer, ReadOptions options) {
    wafer.axes(leftwards, upwards);
    wafer.notch(options.notch().orElse(flat));
    wafer.diePitchMicrons(dieWidthMicrons, dieHeightMicrons);
    wafer.waferDiameterMillimetres(diameterMillimetres);
  }
}
