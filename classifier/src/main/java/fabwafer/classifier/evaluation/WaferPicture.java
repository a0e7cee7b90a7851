package fabwafer.classifier.evaluation;

import fabwafer.wafer.WaferMap;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** A wafer map as a picture that stands in the page: a PNG of one pixel a die. */
final class WaferPicture {
  /** Colours of absent (transparent), passing and failing dies. */
  private static final IndexColorModel COLOURS =
      new IndexColorModel(
          2,
          3,
          new byte[] {0, (byte) 0xc3, (byte) 0xc2},
          new byte[] {0, (byte) 0xcf, (byte) 0x32},
          new byte[] {0, (byte) 0xdb, (byte) 0x2b},
          0);

  private WaferPicture() {}

  /** A {@code data:} address for an image. */
  static String address(WaferMap wafer) {
    BufferedImage image =
        new BufferedImage(wafer.width(), wafer.height(), BufferedImage.TYPE_BYTE_BINARY, COLOURS);
    for (int row = 0; row < wafer.height(); row++) {
      for (int column = 0; column < wafer.width(); column++) {
        image.getRaster().setSample(column, row, 0, wafer.code(row, column));
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, "png", png)) {
        throw new IllegalStateException("every JDK writes PNG");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
  }
}
