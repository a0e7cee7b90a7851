package fabwafer.acceptance;

import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;

/** A wafer map of no pattern that the default model knows. */
public final class StrangeWafer {
  private static final int SIDE = 40;
  private static final int ARM = 4;

  private StrangeWafer() {}

  /** A wafer whose middle row and column fail, as a PNG file. */
  public static byte[] cross(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] cells = new byte[SIDE * SIDE];
    double middle = (SIDE - 1) / 2.0;
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        if (Math.hypot(row - middle, column - middle) <= SIDE / 2.0) {
          boolean arm = Math.abs(row - SIDE / 2) < ARM || Math.abs(column - SIDE / 2) < ARM;
          boolean fails = random.nextDouble() < (arm ? 0.9 : 0.05);
          cells[row * SIDE + column] = (byte) (fails ? 2 : 1);
        }
      }
    }
    return WaferImages.toPng(WaferMap.of(SIDE, SIDE, cells));
  }

  /** Whether the hub shows a group of at least so many wafers with one whose name begins so. */
  public static boolean isGrouped(RestClient reviewer, String name, int wafers) {
    for (JsonNode cluster : reviewer.json("/api/v1/patterns/clusters").get("items")) {
      for (JsonNode wafer : cluster.get("items")) {
        if (wafer.get("imgid").stringValue().startsWith(name)) {
          return cluster.get("wafers").intValue() >= wafers;
        }
      }
    }
    return false;
  }
}
