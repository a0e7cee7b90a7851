package fabwafer.wafer.format;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.wafer.Turn;
import fabwafer.wafer.WaferMap;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One wafer, laid in every way that a format can say: always the same wafer map comes out. */
class OrientationsTest {
  private static final WaferMap WAFER = FabFiles.wafer();
  private static final List<String> SIDES = List.of("DOWN", "LEFT", "UP", "RIGHT");
  private static final List<String> AXES = List.of("DownRight", "DownLeft", "UpRight", "UpLeft");

  @Test
  void stdf_inEveryOrientation() {
    for (int quarters = 0; quarters < 4; quarters++) {
      WaferMap drawn = WAFER.turned(Turn.of(false, quarters));
      char flat = SIDES.get(quarters).charAt(0);
      for (String axes : AXES) {
        boolean left = axes.endsWith("Left");
        boolean up = axes.startsWith("Up");
        byte[] file =
            new FabFiles.Stdf(up ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN)
                .configuration(flat, left ? 'L' : 'R', up ? 'U' : 'D')
                .wafer(drawn, "W", left, up)
                .file();
        assertThat(FabFiles.one("w.stdf", file).map()).as(flat + axes).isEqualTo(WAFER);
      }
    }
  }

  @Test
  void klarf_inEveryOrientation() {
    for (Turn turn : Turn.values()) {
      boolean mirrored = turn.name().startsWith("MIRRORED");
      String side = SIDES.get(List.of(Turn.values()).indexOf(turn) % 4);
      String file = FabFiles.klarf(WAFER.turned(turn), side, mirrored);
      assertThat(FabFiles.one("w.klarf", FabFiles.bytes(file)).map())
          .as("%s", turn)
          .isEqualTo(WAFER);
    }
  }

  @Test
  void klarf18_inEveryOrientation() {
    for (Turn turn : Turn.values()) {
      boolean back = turn.name().startsWith("MIRRORED");
      String side = SIDES.get(List.of(Turn.values()).indexOf(turn) % 4);
      String file = FabFiles.klarf18(WAFER.turned(turn), side, back);
      assertThat(FabFiles.one("w.klarf", FabFiles.bytes(file)).map())
          .as("%s", turn)
          .isEqualTo(WAFER);
    }
  }

  /**
   * A tester counts a mirrored wafer's columns from the other side; hosts say which one that is.
   */
  @Test
  void theEightOrientations_areOneWaferInStdfKlarfG85AndE142() {
    for (Turn turn : Turn.values()) {
      boolean mirrored = turn.name().startsWith("MIRRORED");
      int quarters = List.of(Turn.values()).indexOf(turn) % 4;
      WaferMap drawn = WAFER.turned(Turn.of(false, quarters));
      WaferMap seen = WAFER.turned(turn);
      String side = SIDES.get(quarters);
      List<byte[]> files =
          List.of(
              new FabFiles.Stdf(ByteOrder.LITTLE_ENDIAN)
                  .configuration(side.charAt(0), mirrored ? 'L' : 'R', 'U')
                  .wafer(drawn, "W", mirrored, true)
                  .file(),
              FabFiles.bytes(FabFiles.klarf(seen, side, mirrored)),
              FabFiles.bytes(FabFiles.klarf18(seen, side, mirrored)),
              FabFiles.bytes(FabFiles.g85(drawn, 90 * quarters, mirrored ? 1 : 2)),
              FabFiles.bytes(FabFiles.e142(seen, 90 * quarters, "UpRight", mirrored)));
      for (byte[] file : files) {
        assertThat(FabFiles.one("w", file).map()).as("%s", turn).isEqualTo(WAFER);
      }
    }
  }

  @Test
  void g85_inEveryOrientation() {
    for (int quarters = 0; quarters < 4; quarters++) {
      for (int origin = 1; origin <= 4; origin++) {
        String file = FabFiles.g85(WAFER.turned(Turn.of(false, quarters)), 90 * quarters, origin);
        assertThat(FabFiles.one("w.xml", FabFiles.bytes(file)).map())
            .as("%d, origin %d", quarters, origin)
            .isEqualTo(WAFER);
      }
    }
  }

  @Test
  void e142_inEveryOrientation() {
    for (Turn turn : Turn.values()) {
      for (String axes : AXES) {
        boolean back = turn.name().startsWith("MIRRORED");
        String file =
            FabFiles.e142(
                WAFER.turned(turn), 90 * (List.of(Turn.values()).indexOf(turn) % 4), axes, back);
        assertThat(FabFiles.one("w.xml", FabFiles.bytes(file)).map())
            .as("%s %s", turn, axes)
            .isEqualTo(WAFER);
      }
    }
  }

  @Test
  void textMapsAndSinf_inEveryOrientation() {
    for (int quarters = 0; quarters < 4; quarters++) {
      WaferMap drawn = WAFER.turned(Turn.of(false, quarters));
      String sinf = FabFiles.sinf(drawn, (180 + 90 * quarters) % 360);
      assertThat(FabFiles.one("w", FabFiles.bytes(sinf)).map()).isEqualTo(WAFER);
      String flat = "%d___(%s)".formatted((180 + 90 * quarters) % 360, SIDES.get(quarters));
      String text = FabFiles.textMap(drawn, flat, "W1");
      assertThat(FabFiles.one("w", FabFiles.bytes(text)).map().failingDies())
          .isEqualTo(WAFER.failingDies());
      assertThat(FabFiles.one("w", FabFiles.bytes(text)).grid().turn())
          .isEqualTo(Turn.of(false, -quarters));
    }
  }
}
