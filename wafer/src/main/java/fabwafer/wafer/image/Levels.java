package fabwafer.wafer.image;

import fabwafer.wafer.WaferException;
import org.jspecify.annotations.Nullable;

/** Tells which die each grey level or palette colour stands for, or that it stands for none. */
final class Levels {
  /** Grey levels of the written encoding lie this far apart: 0 no die, 127 pass, 254 fail. */
  static final int GREY_STEP = 127;

  private static final byte NO_DIE_LEVEL = -1;
  private static final int OPAQUE = 255;

  private Levels() {}

  /**
   * A picture's pixels as dies.
   *
   * @throws WaferException that shows the first pixel that is none, if there is one
   */
  static DieGrid dies(Pixels pixels) {
    char[] samples = pixels.samples();
    boolean[] used = new boolean[1 << pixels.bits()];
    for (char sample : samples) {
      used[sample] = true;
    }
    int[] palette = pixels.palette();
    byte[] codes = palette == null ? grey(used, pixels.bits()) : palette(used, palette);
    byte[] cells = new byte[samples.length];
    for (int i = 0; i < samples.length; i++) {
      cells[i] = codes[samples[i]];
      if (cells[i] == NO_DIE_LEVEL) {
        throw noLevel(pixels, i);
      }
    }
    return new DieGrid(pixels.height(), pixels.width(), cells);
  }

  private static byte[] grey(boolean[] used, int bits) {
    int largest = largest(used);
    byte[] codes = new byte[used.length];
    for (int sample = 0; sample < codes.length; sample++) {
      codes[sample] = largest <= 2 ? (byte) sample : code(eightBits(sample, bits, largest));
    }
    return codes;
  }

  /** A sample on the scale of 8 bits; 16 bits may hold 8-bit values as they are, or scaled up. */
  private static int eightBits(int sample, int bits, int largest) {
    return switch (bits) {
      case 8 -> sample;
      case 16 -> largest <= 255 ? sample : sample >> 8;
      // The middle of 4 bits is 7 or 8 of 15; scaled it would miss 127 and 128 by a hair.
      case 4 -> sample == 7 || sample == 8 ? GREY_STEP : sample * 17;
      default -> sample == 0 ? 0 : NO_DIE_LEVEL;
    };
  }

  private static byte code(int grey) {
    return switch (grey) {
      case 0 -> 0;
      case GREY_STEP, GREY_STEP + 1 -> 1;
      case 2 * GREY_STEP, 2 * GREY_STEP + 1 -> 2;
      default -> NO_DIE_LEVEL;
    };
  }

  /** Grey colours are read as grey; with other colours the indices themselves must be 0, 1, 2. */
  private static byte[] palette(boolean[] used, int[] palette) {
    int largest = largest(used);
    boolean coloured = false;
    int brightest = 0;
    for (int i = 0; i < Math.min(used.length, palette.length); i++) {
      if (used[i] && palette[i] >>> 24 != 0) {
        coloured |= !isGrey(palette[i]);
        brightest = Math.max(brightest, palette[i] & 0xff);
      }
    }
    byte[] codes = new byte[used.length];
    for (int i = 0; i < codes.length; i++) {
      if (i >= palette.length) {
        codes[i] = NO_DIE_LEVEL;
      } else if (palette[i] >>> 24 == 0) {
        codes[i] = 0;
      } else if (palette[i] >>> 24 != OPAQUE) {
        codes[i] = NO_DIE_LEVEL;
      } else if (coloured) {
        codes[i] = largest <= 2 && palette.length <= 4 ? (byte) i : NO_DIE_LEVEL;
      } else {
        int grey = palette[i] & 0xff;
        codes[i] = brightest <= 2 ? (byte) grey : code(grey);
      }
    }
    return codes;
  }

  static boolean isGrey(int argb) {
    int blue = argb & 0xff;
    return ((argb >> 8) & 0xff) == blue && ((argb >> 16) & 0xff) == blue;
  }

  private static int largest(boolean[] used) {
    int largest = used.length - 1;
    while (largest > 0 && !used[largest]) {
      largest--;
    }
    return largest;
  }

  private static WaferException noLevel(Pixels pixels, int at) {
    int sample = pixels.samples()[at];
    int[] palette = pixels.palette();
    return noWaferMap(shown(sample, palette), at / pixels.width(), at % pixels.width());
  }

  private static String shown(int sample, int @Nullable [] palette) {
    if (palette == null) {
      return "grey level " + sample;
    }
    return sample < palette.length
        ? "colour #%08x (alpha, red, green, blue)".formatted(palette[sample])
        : "palette index " + sample + " of " + palette.length;
  }

  /** What every picture of something else is told. */
  static WaferException noWaferMap(String found, int row, int column) {
    return new WaferException(
        "no wafer map: the pixel at row %d, column %d has %s, but a pixel must be no die, pass or fail: 0/127/254, 0/128/255 or 0/1/2"
            .formatted(row, column, found));
  }
}
