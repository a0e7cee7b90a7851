package fabwafer.bench;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** Pictures side by side, two in a row, in few colours: small enough for a repository. */
final class ContactSheet {
  private static final int COLUMN_WIDTH = 560;
  private static final int GAP = 8;

  /** Fewer colours until the file is small enough. */
  private static final int[] COLOURS = {64, 40, 28, 20, 14};

  private static final int MAX_BYTES = 150_000;

  /** Bits of a channel that tell colours apart while they are counted. */
  private static final int BITS = 5;

  private final List<BufferedImage> pictures = new ArrayList<>();

  void add(byte[] png) throws IOException {
    pictures.add(ImageIO.read(new ByteArrayInputStream(png)));
  }

  /** Writes it; answers its bytes. */
  int write(Path file) throws IOException {
    BufferedImage sheet = laidOut();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < COLOURS.length && (i == 0 || bytes.size() > MAX_BYTES); i++) {
      bytes.reset();
      ImageIO.write(inFewColours(sheet, COLOURS[i]), "png", bytes);
    }
    Files.write(file, bytes.toByteArray());
    return bytes.size();
  }

  private BufferedImage laidOut() {
    int height = GAP;
    for (int i = 0; i < pictures.size(); i += 2) {
      height += scaledHeight(pictures.get(i)) + GAP;
    }
    BufferedImage sheet =
        new BufferedImage(2 * COLUMN_WIDTH + 3 * GAP, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(Color.GRAY);
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    int y = GAP;
    for (int i = 0; i < pictures.size(); i++) {
      BufferedImage picture = pictures.get(i);
      int x = GAP + (i % 2) * (COLUMN_WIDTH + GAP);
      graphics.drawImage(picture, x, y, COLUMN_WIDTH, scaledHeight(picture), null);
      y += i % 2 == 1 ? scaledHeight(picture) + GAP : 0;
    }
    graphics.dispose();
    return sheet;
  }

  private static int scaledHeight(BufferedImage picture) {
    return picture.getHeight() * COLUMN_WIDTH / picture.getWidth();
  }

  /** With the most frequent colours; any other becomes the nearest of them. */
  private static BufferedImage inFewColours(BufferedImage sheet, int most) {
    Map<Integer, Integer> counts = new HashMap<>();
    int[] pixels =
        sheet.getRGB(0, 0, sheet.getWidth(), sheet.getHeight(), null, 0, sheet.getWidth());
    for (int pixel : pixels) {
      counts.merge(coarse(pixel), 1, Integer::sum);
    }
    int[] palette =
        counts.entrySet().stream()
            .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
            .limit(most)
            .mapToInt(Map.Entry::getKey)
            .toArray();
    IndexColorModel colours =
        new IndexColorModel(8, palette.length, palette, 0, false, -1, DataBuffer.TYPE_BYTE);
    BufferedImage small =
        new BufferedImage(
            sheet.getWidth(), sheet.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, colours);
    Map<Integer, Integer> nearest = new HashMap<>();
    for (int i = 0; i < pixels.length; i++) {
      int at = nearest.computeIfAbsent(coarse(pixels[i]), colour -> nearest(palette, colour));
      small.getRaster().setSample(i % sheet.getWidth(), i / sheet.getWidth(), 0, at);
    }
    return small;
  }

  private static int coarse(int rgb) {
    int drop = 8 - BITS;
    int mask = 0xff >> drop << drop;
    int half = 1 << (drop - 1);
    return ((rgb >> 16 & mask) | half) << 16
        | ((rgb >> 8 & mask) | half) << 8
        | (rgb & mask)
        | half;
  }

  private static int nearest(int[] palette, int colour) {
    int best = 0;
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < palette.length; i++) {
      int red = (palette[i] >> 16 & 0xff) - (colour >> 16 & 0xff);
      int green = (palette[i] >> 8 & 0xff) - (colour >> 8 & 0xff);
      int blue = (palette[i] & 0xff) - (colour & 0xff);
      int distance = 3 * red * red + 6 * green * green + blue * blue;
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return best;
  }
}
