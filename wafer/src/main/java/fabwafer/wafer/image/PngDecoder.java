package fabwafer.wafer.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import fabwafer.wafer.WaferException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Reads a PNG file's chunks strictly: order, lengths and checksums. {@link PngPixels} decodes what
 * is in them. Source: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)".
 */
final class PngDecoder {
  static final int GREY = 0;
  static final int RGB = 2;
  static final int PALETTE = 3;
  static final int GREY_ALPHA = 4;
  static final int RGB_ALPHA = 6;

  private static final int HEADER_BYTES = 13;
  private static final int OPAQUE = 0xff << 24;

  private final ByteBuffer file;
  private final int maxPixels;
  private final ByteArrayOutputStream deflated = new ByteArrayOutputStream();
  private int height;
  private int width;
  private int bits;
  private int colourType;
  private boolean interlaced;
  private int @Nullable [] palette;
  private byte @Nullable [] transparency;
  private boolean onePixelADie;

  /**
   * A picture that is not yet decoded.
   *
   * @param maxPixels one with more is refused before it is decoded
   */
  PngDecoder(byte[] bytes, int maxPixels) {
    this.maxPixels = maxPixels;
    this.file = ByteBuffer.wrap(bytes);
  }

  static boolean isPng(byte[] bytes) {
    return WaferImages.startsWith(bytes, PngWriter.SIGNATURE);
  }

  /** Whether the picture says that its pixels are dies; known once it is decoded. */
  boolean saysOnePixelADie() {
    return onePixelADie;
  }

  /**
   * The picture.
   *
   * @throws WaferException if it is truncated, damaged, too large, animated, or has a pixel that is
   *     neither grey nor from a palette
   */
  Pixels decode() {
    file.position(PngWriter.SIGNATURE.length);
    String type = chunk(true);
    while (!type.equals("IEND")) {
      type = chunk(false);
    }
    if (file.hasRemaining()) {
      throw new WaferException(
          "%,d bytes follow the end of the PNG picture".formatted(file.remaining()));
    }
    if (deflated.size() == 0) {
      throw new WaferException("the PNG picture has no pixels (IDAT)");
    }
    if (colourType == PALETTE && palette == null) {
      throw new WaferException("the PNG picture has no palette (PLTE)");
    }
    applyTransparency();
    return new PngPixels(height, width, bits, colourType, interlaced, palette, transparentSample())
        .decode(deflated.toByteArray());
  }

  private String chunk(boolean first) {
    if (file.remaining() < 12) {
      throw truncated();
    }
    int length = file.getInt();
    byte[] name = new byte[4];
    file.get(name);
    String type = new String(name, ISO_8859_1).replaceAll("[^A-Za-z]", "?");
    if (length < 0 || length > file.remaining() - 4) {
      throw truncated();
    }
    byte[] content = new byte[length];
    file.get(content);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(content);
    if ((int) sum.getValue() != file.getInt()) {
      throw new WaferException("the PNG picture is damaged: wrong checksum of its part " + type);
    }
    if (first != type.equals("IHDR")) {
      throw new WaferException("a PNG picture must start with one IHDR, found " + type);
    }
    take(type, content);
    return type;
  }

  private void take(String type, byte[] content) {
    switch (type) {
      case "IHDR" -> header(content);
      case "PLTE" -> palette(content);
      case "tRNS" -> transparency = content;
      case "IDAT" -> deflated.writeBytes(content);
      case "IEND" -> {}
      case "acTL" ->
          throw new WaferException("an animated PNG is no wafer map: several pictures, one asked");
      case "tEXt" ->
          onePixelADie |= new String(content, ISO_8859_1).equals(PngWriter.ONE_PIXEL_A_DIE);
      default -> {
        // A capital first letter marks what a decoder must understand.
        if (type.charAt(0) <= 'Z') {
          throw new WaferException("the PNG picture has an unknown necessary part " + type);
        }
      }
    }
  }

  private void header(byte[] content) {
    if (content.length != HEADER_BYTES) {
      throw new WaferException(
          "the PNG header must be %d bytes, got %d".formatted(HEADER_BYTES, content.length));
    }
    ByteBuffer header = ByteBuffer.wrap(content);
    width = header.getInt();
    height = header.getInt();
    WaferImages.requireSize(height & 0xffffffffL, width & 0xffffffffL, maxPixels);
    bits = header.get();
    colourType = header.get();
    boolean depthFits =
        switch (colourType) {
          case GREY -> bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16;
          case PALETTE -> bits == 1 || bits == 2 || bits == 4 || bits == 8;
          case RGB, GREY_ALPHA, RGB_ALPHA -> bits == 8 || bits == 16;
          default -> false;
        };
    int compression = header.get();
    int filter = header.get();
    int interlace = header.get();
    if (!depthFits || compression != 0 || filter != 0 || interlace < 0 || interlace > 1) {
      throw new WaferException(
          "no PNG has colour type %d, %d bits, compression %d, filter %d, interlace %d"
              .formatted(colourType, bits, compression, filter, interlace));
    }
    interlaced = interlace == 1;
  }

  private void palette(byte[] content) {
    int colours = content.length / 3;
    if (content.length % 3 != 0 || colours < 1 || colours > 256) {
      throw new WaferException(
          "a PNG palette must be 1 to 256 colours of 3 bytes, got %,d bytes"
              .formatted(content.length));
    }
    int[] argb = new int[colours];
    for (int i = 0; i < colours; i++) {
      argb[i] =
          OPAQUE
              | ((content[3 * i] & 0xff) << 16)
              | ((content[3 * i + 1] & 0xff) << 8)
              | (content[3 * i + 2] & 0xff);
    }
    palette = argb;
  }

  /** In a palette picture the tRNS part holds the alpha of its first colours. */
  private void applyTransparency() {
    int[] colours = palette;
    byte[] alphas = transparency;
    if (colourType != PALETTE || colours == null || alphas == null) {
      return;
    }
    for (int i = 0; i < Math.min(alphas.length, colours.length); i++) {
      colours[i] = (colours[i] & ~OPAQUE) | ((alphas[i] & 0xff) << 24);
    }
  }

  /** The grey sample that means transparent, or -1. */
  private int transparentSample() {
    byte[] sample = transparency;
    if (sample == null || (colourType != GREY && colourType != RGB)) {
      return -1;
    }
    int expected = colourType == GREY ? 2 : 6;
    if (sample.length != expected) {
      throw new WaferException(
          "the PNG part tRNS must be %d bytes, got %,d".formatted(expected, sample.length));
    }
    boolean grey =
        colourType == GREY
            || (Arrays.equals(sample, 0, 2, sample, 2, 4)
                && Arrays.equals(sample, 2, 4, sample, 4, 6));
    return grey ? ByteBuffer.wrap(sample).getChar() : -1;
  }

  private static WaferException truncated() {
    return new WaferException("the PNG picture is cut off before its end");
  }
}
