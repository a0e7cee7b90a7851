package fabwafer.wafer.image;

import fabwafer.wafer.WaferException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates the rows of a PNG picture one by one, undoes their prediction, and takes the samples.
 */
final class PngPixels {
  /** Adam7: start row, start column, row step, column step of each pass. */
  private static final int[][] PASSES = {
    {0, 0, 8, 8}, {0, 4, 8, 8}, {4, 0, 8, 4}, {0, 2, 4, 4}, {2, 0, 4, 2}, {0, 1, 2, 2}, {1, 0, 2, 1}
  };

  private static final int[][] WHOLE = {{0, 0, 1, 1}};

  private final int height;
  private final int width;
  private final int bits;
  private final int colourType;
  private final boolean interlaced;
  private final int @Nullable [] palette;
  private final int transparentSample;
  private final char[] samples;

  PngPixels(
      int height,
      int width,
      int bits,
      int colourType,
      boolean interlaced,
      int @Nullable [] palette,
      int transparentSample) {
    this.height = height;
    this.width = width;
    this.bits = bits;
    this.colourType = colourType;
    this.interlaced = interlaced;
    this.palette = palette;
    this.transparentSample = transparentSample;
    this.samples = new char[height * width];
  }

  Pixels decode(byte[] deflated) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(deflated);
      for (int[] pass : interlaced ? PASSES : WHOLE) {
        pass(inflater, pass[0], pass[1], pass[2], pass[3]);
      }
      if (inflater.inflate(new byte[1]) > 0) {
        throw new WaferException("the PNG picture has more pixels than its size says");
      }
      if (!inflater.finished()) {
        throw new WaferException("the PNG picture's pixels are cut off before their checksum");
      }
    } catch (DataFormatException e) {
      throw new WaferException("the PNG picture is damaged: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
    boolean indexed = colourType == PngDecoder.PALETTE;
    return new Pixels(height, width, bits, samples, indexed ? palette : null);
  }

  private void pass(Inflater inflater, int startRow, int startColumn, int rowStep, int columnStep)
      throws DataFormatException {
    int rows = (height - startRow + rowStep - 1) / rowStep;
    int columns = (width - startColumn + columnStep - 1) / columnStep;
    if (rows <= 0 || columns <= 0) {
      return;
    }
    int bitsAPixel = bits * channels();
    int bytesAPixel = Math.max(1, bitsAPixel / 8);
    // The bytes before the row stand for the pixel left of the first: zeros.
    byte[] above = new byte[bytesAPixel + (columns * bitsAPixel + 7) / 8];
    byte[] row = new byte[above.length];
    for (int y = 0; y < rows; y++) {
      int filter = inflated(inflater, row, bytesAPixel);
      unfilter(filter, row, above, bytesAPixel);
      int target = (startRow + y * rowStep) * width + startColumn;
      for (int x = 0; x < columns; x++) {
        samples[target + x * columnStep] = (char) sample(row, bytesAPixel, x, target, columnStep);
      }
      byte[] swap = above;
      above = row;
      row = swap;
    }
  }

  private int channels() {
    return switch (colourType) {
      case PngDecoder.RGB -> 3;
      case PngDecoder.GREY_ALPHA -> 2;
      case PngDecoder.RGB_ALPHA -> 4;
      default -> 1;
    };
  }

  /** Fills the row and returns its filter type. */
  private static int inflated(Inflater inflater, byte[] row, int from) throws DataFormatException {
    byte[] filter = new byte[1];
    fill(inflater, filter, 0);
    fill(inflater, row, from);
    return filter[0];
  }

  private static void fill(Inflater inflater, byte[] target, int from) throws DataFormatException {
    int at = from;
    while (at < target.length) {
      int count = inflater.inflate(target, at, target.length - at);
      if (count == 0) {
        throw new WaferException("the PNG picture has fewer pixels than its size says");
      }
      at += count;
    }
  }

  private static void unfilter(int filter, byte[] row, byte[] above, int step) {
    switch (filter) {
      case 0 -> {}
      case 1 -> {
        for (int i = step; i < row.length; i++) {
          row[i] += row[i - step];
        }
      }
      case 2 -> {
        for (int i = step; i < row.length; i++) {
          row[i] += above[i];
        }
      }
      case 3 -> {
        for (int i = step; i < row.length; i++) {
          row[i] += (byte) (((row[i - step] & 0xff) + (above[i] & 0xff)) / 2);
        }
      }
      case 4 -> {
        for (int i = step; i < row.length; i++) {
          row[i] += paeth(row[i - step] & 0xff, above[i] & 0xff, above[i - step] & 0xff);
        }
      }
      default -> throw new WaferException("no PNG row has filter type " + filter);
    }
  }

  private static byte paeth(int left, int above, int corner) {
    int estimate = left + above - corner;
    int toLeft = Math.abs(estimate - left);
    int toAbove = Math.abs(estimate - above);
    int toCorner = Math.abs(estimate - corner);
    if (toLeft <= toAbove && toLeft <= toCorner) {
      return (byte) left;
    }
    return (byte) (toAbove <= toCorner ? above : corner);
  }

  /** The grey sample or palette index of a pixel; 0 where it is transparent. */
  private int sample(byte[] row, int from, int x, int target, int columnStep) {
    if (bits < 8) {
      int bit = x * bits;
      int shift = 8 - bits - bit % 8;
      int sample = (row[from + bit / 8] >> shift) & ((1 << bits) - 1);
      return sample == transparentSample ? 0 : sample;
    }
    int size = bits / 8;
    int at = from + x * size * channels();
    int first = value(row, at, size);
    boolean coloured = colourType == PngDecoder.RGB || colourType == PngDecoder.RGB_ALPHA;
    boolean withAlpha = colourType == PngDecoder.GREY_ALPHA || colourType == PngDecoder.RGB_ALPHA;
    if (withAlpha) {
      int alpha = value(row, at + size * (channels() - 1), size);
      if (alpha == 0) {
        return 0;
      }
      if (alpha != (1 << bits) - 1) {
        throw no("a half-transparent colour (alpha " + alpha + ")", x, target, columnStep);
      }
    }
    if (coloured) {
      int green = value(row, at + size, size);
      int blue = value(row, at + 2 * size, size);
      if (first != green || first != blue) {
        String colour = Arrays.toString(new int[] {first, green, blue});
        throw no("the colour " + colour, x, target, columnStep);
      }
    }
    return first == transparentSample ? 0 : first;
  }

  private WaferException no(String found, int x, int target, int columnStep) {
    int at = target + x * columnStep;
    return Levels.noWaferMap(found, at / width, at % width);
  }

  private static int value(byte[] row, int at, int size) {
    return size == 1 ? row[at] & 0xff : ((row[at] & 0xff) << 8) | (row[at + 1] & 0xff);
  }
}
