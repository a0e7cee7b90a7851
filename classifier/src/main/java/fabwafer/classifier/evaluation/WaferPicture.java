package fabwafer.classifier.evaluation;

import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.PngWriter;
import java.util.Base64;

/** A wafer map as a picture that stands in the page: a PNG of one pixel a die. */
final class WaferPicture {
  private static final int ABSENT = 0x00000000;
  private static final int PASS = 0xffc3cfdb;
  private static final int FAIL = 0xffc2322b;

  private WaferPicture() {}

  /** A {@code data:} address for an image. */
  static String address(WaferMap wafer) {
    byte[] png =
        PngWriter.palette(wafer.height(), wafer.width(), wafer.cells(), ABSENT, PASS, FAIL);
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }
}
