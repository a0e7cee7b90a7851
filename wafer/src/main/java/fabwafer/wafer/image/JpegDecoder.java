package fabwafer.wafer.image;

import fabwafer.wafer.WaferException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads a JPEG of a wafer map, if it is one. JPEG blurs the three levels, so each pixel must still
 * lie near one, no corner may hold a die, and passing dies must be there: of other pictures with
 * three levels nobody can tell.
 */
final class JpegDecoder {
  private static final byte[] SIGNATURE = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
  private static final int END = 0xffd9;
  // Ringing beside a die's edge; the levels lie 127 apart, so they stay well told apart.
  private static final int GREY_TOLERANCE = 40;
  private static final int COLOUR_TOLERANCE = 24;
  private static final int[] CENTRES = {0, 127, 254};

  private JpegDecoder() {}

  static boolean isJpeg(byte[] bytes) {
    return WaferImages.startsWith(bytes, SIGNATURE);
  }

  static DieGrid dies(byte[] bytes, int maxPixels) {
    // The JDK fills what is missing of a cut-off JPEG with grey: a passing wafer.
    if (twoBytes(bytes, bytes.length - 2) != END) {
      throw new WaferException("the JPEG picture is cut off, or something follows its end");
    }
    requireSize(bytes, maxPixels);
    BufferedImage picture = decoded(bytes);
    int height = picture.getHeight();
    int width = picture.getWidth();
    WaferImages.requireSize(height, width, maxPixels);
    byte[] cells = new byte[height * width];
    boolean passing = false;
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      colours(picture, y, row);
      for (int x = 0; x < width; x++) {
        byte code = code(row[x], y, x);
        cells[y * width + x] = code;
        passing |= code == 1;
      }
    }
    boolean corners =
        cells[0] + cells[width - 1] + cells[cells.length - width] + cells[cells.length - 1] > 0;
    if (corners || !passing) {
      throw new WaferException(
          "no wafer map: a JPEG must show one with passing dies and without a die in its corners");
    }
    return new DieGrid(height, width, cells);
  }

  /** A grey picture's own samples: getRGB would lighten them from linear grey to sRGB. */
  private static void colours(BufferedImage picture, int y, int[] row) {
    if (picture.getRaster().getNumBands() > 1) {
      picture.getRGB(0, y, row.length, 1, row, 0, row.length);
      return;
    }
    picture.getRaster().getSamples(0, y, row.length, 1, 0, row);
    for (int x = 0; x < row.length; x++) {
      row[x] *= 0x010101;
    }
  }

  private static byte code(int argb, int row, int column) {
    int red = (argb >> 16) & 0xff;
    int green = (argb >> 8) & 0xff;
    int blue = argb & 0xff;
    int spread = Math.max(red, Math.max(green, blue)) - Math.min(red, Math.min(green, blue));
    if (spread <= COLOUR_TOLERANCE) {
      for (int code = 0; code < CENTRES.length; code++) {
        if (Math.abs(green - CENTRES[code]) <= GREY_TOLERANCE) {
          return (byte) code;
        }
      }
    }
    throw Levels.noWaferMap("the colour #%06x".formatted(argb & 0xffffff), row, column);
  }

  /** Walks the markers up to the frame header, which holds the size. Source: ITU-T T.81, B.2.2. */
  private static void requireSize(byte[] bytes, int maxPixels) {
    int at = 2;
    while (at + 9 <= bytes.length) {
      int marker = bytes[at + 1] & 0xff;
      if ((bytes[at] & 0xff) != 0xff) {
        break;
      }
      if (marker == 0xff) {
        at++;
        continue;
      }
      boolean frame =
          marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
      if (frame) {
        WaferImages.requireSize(twoBytes(bytes, at + 5), twoBytes(bytes, at + 7), maxPixels);
        return;
      }
      at += 2 + Math.max(2, twoBytes(bytes, at + 2));
    }
    throw new WaferException("the JPEG picture is damaged: it has no frame header");
  }

  private static int twoBytes(byte[] bytes, int at) {
    return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
  }

  private static BufferedImage decoded(byte[] bytes) {
    ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      return reader.read(0);
    } catch (IOException | RuntimeException e) {
      // The JDK's decoder answers some damage with unchecked exceptions.
      throw new WaferException("the JPEG picture is damaged: " + e.getMessage(), e);
    } finally {
      reader.dispose();
    }
  }
}
