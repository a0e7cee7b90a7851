package fabwafer.wafer.image;

import fabwafer.wafer.Die;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads wafer maps from pictures that were drawn for people: enlarged, smoothed, with lines between
 * dies, in colours. What is found is a reading, not a record: it comes with what each colour was
 * taken for and with a score.
 */
public final class RenderedWafers {
  /** A picture below this score is no wafer map. */
  public static final double MIN_SCORE = 0.6;

  private static final int MIN_DIES_A_SIDE = 4;
  private static final int MIN_PIXELS = 16;

  private RenderedWafers() {}

  /**
   * Reads a picture of any size that is taken at all.
   *
   * @throws WaferException as {@link #read(byte[], int)}
   */
  public static RenderedWafer read(byte[] bytes) {
    return read(bytes, WaferImages.MAX_PIXELS);
  }

  /**
   * Reads a picture in any form that the JDK decodes: PNG, JPEG, TIFF, BMP, GIF.
   *
   * @param bytes the whole file; not modified
   * @param maxPixels most pixels it may have, 1 to {@link WaferImages#MAX_PIXELS}
   * @throws WaferException if it is damaged, too large, or looks like no wafer map; then the
   *     message says its score
   */
  public static RenderedWafer read(byte[] bytes, int maxPixels) {
    if (bytes.length > WaferImages.MAX_FILE_BYTES) {
      throw new WaferException(
          "a picture file must be at most %,d bytes".formatted(WaferImages.MAX_FILE_BYTES));
    }
    BufferedImage picture = decoded(bytes, maxPixels);
    int height = picture.getHeight();
    int width = picture.getWidth();
    if (Math.min(height, width) < MIN_PIXELS) {
      throw new WaferException(
          "no wafer map: a drawn one has at least %d pixels a side, this one is %d x %d"
              .formatted(MIN_PIXELS, width, height));
    }
    int[] pixels = picture.getRGB(0, 0, width, height, null, 0, width);
    DrawnColours colours = DrawnColours.of(pixels, height, width);
    DieLattice columns = DieLattice.of(colours.changes(true));
    DieLattice rows = DieLattice.of(colours.changes(false));
    return wafer(colours, rows, columns);
  }

  private static RenderedWafer wafer(DrawnColours colours, DieLattice rows, DieLattice columns) {
    int height = rows.cells();
    int width = columns.cells();
    if (height < MIN_DIES_A_SIDE
        || width < MIN_DIES_A_SIDE
        || height > WaferMap.MAX_SIDE
        || width > WaferMap.MAX_SIDE) {
      throw none(0, "no grid of dies is found (%d x %d)".formatted(width, height));
    }
    int[] votes = new int[colours.count()];
    int[] cells = new int[height * width];
    double pure = 0;
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int colour = colours.commonest(rows, row, columns, column);
        cells[row * width + column] = colour;
        votes[colour]++;
        pure += colours.purity();
      }
    }
    Die[] meaning = colours.meaning(votes);
    byte[] codes = new byte[cells.length];
    int dies = 0;
    for (int i = 0; i < cells.length; i++) {
      codes[i] = meaning[cells[i]].code();
      dies += codes[i] > 0 ? 1 : 0;
    }
    double score =
        (pure / cells.length)
            * roundness(codes, height, width)
            * Math.sqrt(rows.sharpness() * columns.sharpness());
    if (dies == 0 || score < MIN_SCORE) {
      throw none(score, "its score is too low");
    }
    Map<Integer, Die> palette = new LinkedHashMap<>();
    for (int i = 0; i < votes.length; i++) {
      if (votes[i] > 0) {
        palette.put(colours.rgb(i), meaning[i]);
      }
    }
    return new RenderedWafer(
        WaferMap.of(height, width, codes), columns.pitch(), rows.pitch(), palette, score);
  }

  /** The share of positions that are a die inside an ellipse and none outside of it. */
  private static double roundness(byte[] codes, int height, int width) {
    int right = 0;
    int counted = 0;
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double y = (2.0 * row + 1) / height - 1;
        double x = (2.0 * column + 1) / width - 1;
        double radius = Math.hypot(x, y);
        // Products differ in their edge; of that ring nothing can be expected.
        if (radius < 0.85 || radius > 1.1) {
          counted++;
          right += (codes[row * width + column] > 0) == (radius < 0.85) ? 1 : 0;
        }
      }
    }
    return (double) right / Math.max(1, counted);
  }

  private static WaferException none(double score, String reason) {
    return new WaferException(
        String.format(
            Locale.ROOT,
            "no wafer map: %s; score %.2f of at least %.2f",
            reason,
            score,
            MIN_SCORE));
  }

  private static BufferedImage decoded(byte[] bytes, int maxPixels) {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new WaferException("no picture of a known kind");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        WaferImages.requireSize(reader.getHeight(0), reader.getWidth(0), maxPixels);
        // A TIFF file says the size of its tiles apart.
        WaferImages.requireSize(reader.getTileHeight(0), reader.getTileWidth(0), maxPixels);
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (WaferException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The JDK's decoders answer some damage with unchecked exceptions.
      throw new WaferException("the picture is damaged: " + e.getMessage(), e);
    }
  }
}
