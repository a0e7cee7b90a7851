package fabwafer.wafer.image;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/**
 * Reads and writes pictures of wafer maps.
 *
 * <p>Written is one pixel a die, 8-bit grey: 0 no die, 127 pass, 254 fail. Read are also 0/1/2 and
 * 0/128/255, 1 to 16 bits a sample, palette, RGB and alpha forms of them (a transparent pixel is no
 * die), blocks of pixels for a die, and JPEG of such a picture if its three levels are still told
 * apart. What shows no wafer map is refused with a reason, not guessed at.
 */
public final class WaferImages {
  /** Most bytes of a picture file: 4,096 x 4,096 noisy dies as PNG are about 4 MB. */
  public static final int MAX_FILE_BYTES = 8 * 1024 * 1024;

  /** Most pixels along a side. More than {@link WaferMap#MAX_SIDE}, as a die may be a block. */
  public static final int MAX_PIXEL_SIDE = 2 * WaferMap.MAX_SIDE;

  /** Most pixels of a picture; checked on its header, before it is decoded. */
  public static final int MAX_PIXELS = WaferMap.MAX_SIDE * WaferMap.MAX_SIDE;

  private WaferImages() {}

  /**
   * Reads a picture file.
   *
   * @throws WaferException if it is empty, too large, damaged, of another format, or no wafer map;
   *     the message starts with the file's name
   * @throws IOException if the file is missing or not readable
   */
  public static WaferMap read(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    if (Files.isDirectory(file)) {
      throw new WaferException(name + " is a folder, not a picture");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_FILE_BYTES + 1);
    }
    return read(name, bytes);
  }

  /**
   * Reads a picture.
   *
   * @param name what it is called, for messages
   * @param bytes the whole file; not modified
   * @throws WaferException as {@link #read(Path)}
   */
  public static WaferMap read(String name, byte[] bytes) {
    try {
      return read(bytes);
    } catch (WaferException e) {
      throw new WaferException(name + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a picture that has no name.
   *
   * @param bytes the whole file; not modified
   * @throws WaferException as {@link #read(Path)}; the message starts with no name
   */
  public static WaferMap read(byte[] bytes) {
    return read(bytes, MAX_PIXELS);
  }

  /**
   * Reads a picture that has no name.
   *
   * @param bytes the whole file; not modified
   * @param maxPixels most pixels it may have, 1 to {@link #MAX_PIXELS}
   * @throws WaferException as {@link #read(Path)}; the message starts with no name
   */
  public static WaferMap read(byte[] bytes, int maxPixels) {
    if (bytes.length == 0) {
      throw new WaferException("the file is empty");
    }
    if (bytes.length > MAX_FILE_BYTES) {
      throw new WaferException(
          "a picture file must be at most %,d bytes".formatted(MAX_FILE_BYTES));
    }
    if (PngDecoder.isPng(bytes)) {
      PngDecoder png = new PngDecoder(bytes, maxPixels);
      return DieBlocks.toWafer(Levels.dies(png.decode()), png.saysOnePixelADie());
    }
    if (JpegDecoder.isJpeg(bytes)) {
      return DieBlocks.toWafer(JpegDecoder.dies(bytes, maxPixels), false);
    }
    throw new WaferException("neither a PNG nor a JPEG picture");
  }

  /** Whether a file is a picture of a kind that is read here, by its first bytes. */
  public static boolean isPicture(byte[] head) {
    return PngDecoder.isPng(head) || JpegDecoder.isJpeg(head);
  }

  /** A wafer map as PNG; the same wafer map gives the same bytes. */
  public static byte[] toPng(WaferMap wafer) {
    byte[] pixels = wafer.cells();
    boolean ambiguous = DieBlocks.side(new DieGrid(wafer.height(), wafer.width(), pixels)) > 1;
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (pixels[i] * Levels.GREY_STEP);
    }
    return PngWriter.grey(wafer.height(), wafer.width(), pixels, ambiguous);
  }

  /**
   * Writes a wafer map as a PNG file; a reader never sees half of it.
   *
   * @throws IOException if the disk fails
   */
  public static void write(WaferMap wafer, Path file) throws IOException {
    writeWhole(toPng(wafer), file);
  }

  /** Writes beside the file and moves, so that nobody finds half a picture. */
  private static void writeWhole(byte[] png, Path file) throws IOException {
    Path unfinished = file.resolveSibling("." + file.getFileName() + ".part");
    try {
      Files.write(unfinished, png);
      Files.move(
          unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /** Refuses a picture's size before anything of it is decoded. */
  static void requireSize(long height, long width, int maxPixels) {
    if (height < 1
        || width < 1
        || height > MAX_PIXEL_SIDE
        || width > MAX_PIXEL_SIDE
        || height * width > maxPixels) {
      throw new WaferException(
          "a picture must be 1 to %,d pixels a side and at most %,d in all, this one is %,d x %,d"
              .formatted(MAX_PIXEL_SIDE, maxPixels, width, height));
    }
  }

  /** Whether bytes start with a signature. */
  static boolean startsWith(byte[] bytes, byte[] signature) {
    return bytes.length >= signature.length
        && Arrays.equals(bytes, 0, signature.length, signature, 0, signature.length);
  }
}
