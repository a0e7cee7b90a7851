package fabwafer.wafer.image;

import fabwafer.wafer.Die;
import fabwafer.wafer.WaferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The few colours of a drawn wafer map, and which of them each pixel is nearest to. */
final class DrawnColours {
  private static final int MAX_COLOURS = 8;
  private static final int CLOSE = 60;
  private static final double COVERED = 0.75;

  private final int height;
  private final int width;
  private final int[] colours;
  private final byte[] pixels;
  private double purity;

  private DrawnColours(int height, int width, int[] colours, byte[] pixels) {
    this.height = height;
    this.width = width;
    this.colours = colours;
    this.pixels = pixels;
  }

  /**
   * The colours of a picture.
   *
   * @throws WaferException if they are too many for a drawing
   */
  static DrawnColours of(int[] argb, int height, int width) {
    int[] rgb = new int[argb.length];
    Map<Integer, Integer> counts = new HashMap<>();
    int runStart = 0;
    for (int i = 0; i < argb.length; i++) {
      // A transparent pixel is background; drawings lie on white.
      rgb[i] = argb[i] >>> 24 < 128 ? 0xffffff : argb[i] & 0xffffff;
      // Drawings have long runs of a colour: each is counted at once.
      if (coarse(rgb[i]) != coarse(rgb[runStart])) {
        counts.merge(coarse(rgb[runStart]), i - runStart, Integer::sum);
        runStart = i;
      }
    }
    counts.merge(coarse(rgb[runStart]), argb.length - runStart, Integer::sum);
    List<Map.Entry<Integer, Integer>> sorted = new ArrayList<>(counts.entrySet());
    sorted.sort(Map.Entry.<Integer, Integer>comparingByValue().reversed());
    List<Integer> chosen = new ArrayList<>();
    long covered = 0;
    for (Map.Entry<Integer, Integer> entry : sorted) {
      boolean near = chosen.stream().anyMatch(other -> distance(other, entry.getKey()) < CLOSE);
      if (near) {
        covered += entry.getValue();
      } else if (chosen.size() < MAX_COLOURS && entry.getValue() >= argb.length / 2_000) {
        chosen.add(entry.getKey());
        covered += entry.getValue();
      }
    }
    if (chosen.size() < 2 || covered < COVERED * argb.length) {
      throw new WaferException(
          "no wafer map: %d colours make up %d %% of the picture; a drawn one has 2 to %d that make up most of it"
              .formatted(chosen.size(), 100 * covered / argb.length, MAX_COLOURS));
    }
    int[] colours = chosen.stream().mapToInt(colour -> colour | 0x040404).toArray();
    byte[] pixels = new byte[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      boolean asBefore = i > 0 && rgb[i] == rgb[i - 1];
      pixels[i] = asBefore ? pixels[i - 1] : nearest(colours, rgb[i]);
    }
    return new DrawnColours(height, width, colours, pixels);
  }

  /** A colour without what smoothing changes of it. */
  private static int coarse(int rgb) {
    return rgb & 0xf8f8f8;
  }

  private static byte nearest(int[] colours, int rgb) {
    int best = 0;
    for (int i = 1; i < colours.length; i++) {
      if (distance(colours[i], rgb) < distance(colours[best], rgb)) {
        best = i;
      }
    }
    return (byte) best;
  }

  private static int distance(int a, int b) {
    int red = (a >> 16 & 0xff) - (b >> 16 & 0xff);
    int green = (a >> 8 & 0xff) - (b >> 8 & 0xff);
    int blue = (a & 0xff) - (b & 0xff);
    return (int) Math.sqrt(red * red + green * green + blue * blue);
  }

  int count() {
    return colours.length;
  }

  int rgb(int colour) {
    return colours[colour];
  }

  /**
   * How many pixels differ from the one before them; outside the picture all is background.
   *
   * @param columns whether along the width; else along the height
   * @return shape [width + 1] or [height + 1]
   */
  double[] changes(boolean columns) {
    int background = background();
    int along = columns ? width : height;
    int across = columns ? height : width;
    double[] changes = new double[along + 1];
    for (int j = 0; j < across; j++) {
      int before = background;
      for (int i = 0; i < along; i++) {
        int colour = pixels[columns ? j * width + i : i * width + j];
        changes[i] += colour == before ? 0 : 1;
        before = colour;
      }
      changes[along] += before == background ? 0 : 1;
    }
    return changes;
  }

  /** The commonest colour in the middle of a die. */
  int commonest(DieLattice rows, int row, DieLattice columns, int column) {
    int[] votes = new int[colours.length];
    int all = 0;
    for (int y = rows.middleFrom(row); y < Math.min(height, rows.middleTo(row)); y++) {
      for (int x = columns.middleFrom(column); x < Math.min(width, columns.middleTo(column)); x++) {
        votes[pixels[y * width + x]]++;
        all++;
      }
    }
    int best = 0;
    for (int i = 1; i < votes.length; i++) {
      best = votes[i] > votes[best] ? i : best;
    }
    purity = all == 0 ? 0 : (double) votes[best] / all;
    return best;
  }

  /** The share of the last die's middle that its commonest colour makes up. */
  double purity() {
    return purity;
  }

  /**
   * What each colour means: that of the picture's corners is no die; red is fail and green is pass;
   * else the commoner passes and the others fail.
   *
   * @param votes dies of each colour
   */
  Die[] meaning(int[] votes) {
    int background = background();
    Die[] meaning = new Die[colours.length];
    Arrays.fill(meaning, Die.FAIL);
    meaning[background] = Die.ABSENT;
    List<Integer> rest = new ArrayList<>();
    for (int i = 0; i < colours.length; i++) {
      if (i != background) {
        rest.add(i);
      }
    }
    int pass =
        Collections.max(rest, (a, b) -> Double.compare(passing(a, votes), passing(b, votes)));
    meaning[pass] = Die.PASS;
    return meaning;
  }

  /** The greenest colour passes; of colours that are neither green nor red the commonest. */
  private double passing(int colour, int[] votes) {
    int red = colours[colour] >> 16 & 0xff;
    int green = colours[colour] >> 8 & 0xff;
    int blue = colours[colour] & 0xff;
    int greener = green - Math.max(red, blue);
    int redder = red - Math.max(green, blue);
    int all = Math.max(1, Arrays.stream(votes).sum());
    double common = (double) votes[colour] / all;
    if (votes[colour] == 0) {
      return -10;
    }
    return (greener > CLOSE ? 2 : 0) - (redder > CLOSE ? 2 : 0) + common;
  }

  private int background() {
    int[] corners = new int[colours.length];
    int side = Math.max(1, Math.min(height, width) / 20);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        corners[pixels[y * width + x]]++;
        corners[pixels[y * width + width - 1 - x]]++;
        corners[pixels[(height - 1 - y) * width + x]]++;
        corners[pixels[(height - 1 - y) * width + width - 1 - x]]++;
      }
    }
    int best = 0;
    for (int i = 1; i < corners.length; i++) {
      best = corners[i] > corners[best] ? i : best;
    }
    return best;
  }
}
