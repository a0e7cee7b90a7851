package fabwafer.wafer.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import fabwafer.wafer.WaferException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes PNG files of 8 bits a pixel; the same pixels give the same bytes. */
public final class PngWriter {
  static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** Text chunk of a wafer map whose dies could be mistaken for parts of larger ones. */
  static final String ONE_PIXEL_A_DIE = "Wafer map\0one pixel a die";

  private static final int GREY = 0;
  private static final int PALETTE = 3;
  private static final int MAX_COLOURS = 256;
  private static final int BUFFER_BYTES = 1 << 15;

  private PngWriter() {}

  static byte[] grey(int height, int width, byte[] pixels, boolean sayOnePixelADie) {
    ByteArrayOutputStream out = start(height, width, GREY);
    if (sayOnePixelADie) {
      chunk(out, "tEXt", ONE_PIXEL_A_DIE.getBytes(ISO_8859_1));
    }
    return finished(out, height, width, pixels);
  }

  /**
   * A palette picture.
   *
   * @param pixels shape [height, width], indices into the palette; not modified
   * @param palette colours as ARGB, at most 256
   * @throws WaferException if the sizes disagree
   */
  public static byte[] palette(int height, int width, byte[] pixels, int... palette) {
    if (palette.length < 1 || palette.length > MAX_COLOURS || pixels.length != height * width) {
      throw new WaferException(
          "a palette picture needs 1 to %d colours and %d pixels, got %d and %d"
              .formatted(MAX_COLOURS, height * width, palette.length, pixels.length));
    }
    ByteArrayOutputStream out = start(height, width, PALETTE);
    byte[] colours = new byte[3 * palette.length];
    byte[] alphas = new byte[palette.length];
    boolean transparent = false;
    for (int i = 0; i < palette.length; i++) {
      colours[3 * i] = (byte) (palette[i] >> 16);
      colours[3 * i + 1] = (byte) (palette[i] >> 8);
      colours[3 * i + 2] = (byte) palette[i];
      alphas[i] = (byte) (palette[i] >> 24);
      transparent |= alphas[i] != (byte) 0xff;
    }
    chunk(out, "PLTE", colours);
    if (transparent) {
      chunk(out, "tRNS", alphas);
    }
    return finished(out, height, width, pixels);
  }

  private static ByteArrayOutputStream start(int height, int width, int colourType) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(SIGNATURE);
    byte[] header =
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put((byte) 8)
            .put((byte) colourType)
            .array();
    chunk(out, "IHDR", header);
    return out;
  }

  private static byte[] finished(ByteArrayOutputStream out, int height, int width, byte[] pixels) {
    chunk(out, "IDAT", deflated(height, width, pixels));
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  /** Rows without prediction: few levels deflate best as they are. */
  private static byte[] deflated(int height, int width, byte[] pixels) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try {
      byte[] buffer = new byte[BUFFER_BYTES];
      byte[] row = new byte[width + 1];
      for (int y = 0; y < height; y++) {
        System.arraycopy(pixels, y * width, row, 1, width);
        deflater.setInput(row);
        while (!deflater.needsInput()) {
          out.write(buffer, 0, deflater.deflate(buffer));
        }
      }
      deflater.finish();
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
    } finally {
      deflater.end();
    }
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] content) {
    byte[] name = type.getBytes(ISO_8859_1);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(content);
    out.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
    out.writeBytes(name);
    out.writeBytes(content);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
  }
}
