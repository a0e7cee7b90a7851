package fabwafer.wafer.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WaferDrawingTest {
  private static final WaferMap WAFER =
      WaferMap.of(3, 4, new byte[] {0, 1, 1, 0, 1, 2, 2, 1, 0, 1, 2, 0});

  @Test
  void png_paintsPassGreenFailRedAndNothingWhereNoDieIs() throws IOException {
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(WaferDrawing.toPng(WAFER, 5)));
    assertThat(picture.getWidth()).isEqualTo(20);
    assertThat(picture.getHeight()).isEqualTo(15);
    assertThat(picture.getRGB(0, 0) >>> 24).isZero();
    assertThat(picture.getRGB(7, 2)).isEqualTo(0xffa6d8bf);
    assertThat(picture.getRGB(9, 9)).isEqualTo(0xffbf3a1c);
  }

  @Test
  void pngOfValues_paintsForRedAgainstBlue_darkerWhereStronger_andPassingDiesApart()
      throws IOException {
    float[] values = new float[12];
    values[5] = 1;
    values[6] = -1;
    values[10] = 0.3f;
    BufferedImage picture =
        ImageIO.read(new ByteArrayInputStream(WaferDrawing.toPng(WAFER, values, 1)));
    assertThat(picture.getRGB(1, 1)).isEqualTo(0xff7f1307);
    assertThat(picture.getRGB(2, 1)).isEqualTo(0xff0f2c78);
    assertThat(picture.getRGB(2, 2)).isEqualTo(0xffe0a75b);
    assertThat(picture.getRGB(1, 0)).isEqualTo(0xffe6eaec);
    assertThat(picture.getRGB(0, 0) >>> 24).isZero();
    assertThat(WaferDrawing.toSvg(WAFER, values))
        .contains("<path fill=\"#7f1307\" d=\"M1 1h1v1h-1z\"/>", "viewBox=\"0 0 4 3\"");
  }

  @Test
  void valuesThatFitNoWafer_areRefused() {
    assertThatThrownBy(() -> WaferDrawing.toPng(WAFER, new float[11], 1))
        .isInstanceOf(WaferException.class)
        .hasMessage("a 3 x 4 wafer map needs 12 values, got 11");
    float[] large = new float[12];
    large[5] = 1.1f;
    assertThatThrownBy(() -> WaferDrawing.toSvg(WAFER, large))
        .hasMessage("a die's value must be in [-1, 1], got 1.1");
    large[5] = Float.NaN;
    assertThatThrownBy(() -> WaferDrawing.toSvg(WAFER, large))
        .hasMessage("a die's value must be in [-1, 1], got NaN");
  }

  @Test
  void png_isReadAgainAsTheSameWafer() {
    byte[] cells = new byte[20 * 30];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = (byte) (i * i % 7 % 3);
    }
    WaferMap wafer = WaferMap.of(20, 30, cells);
    assertThat(WaferImages.read("drawn.png", WaferDrawing.toPng(wafer, 6))).isEqualTo(wafer);
  }

  @Test
  void png_refusesAPictureLargerThanWhatIsRead() {
    WaferMap wide = WaferMap.of(1, 4_000, filled(4_000));
    assertThat(WaferDrawing.dieSide(WaferMap.of(4_000, 1, filled(4_000)), 4)).isEqualTo(2);
    WaferMap large = WaferMap.of(2_000, 2_000, filled(4_000_000));
    assertThat(WaferDrawing.dieSide(large, 8)).isEqualTo(2);
    assertThatThrownBy(() -> WaferDrawing.toPng(large, 3)).isInstanceOf(WaferException.class);
    assertThatThrownBy(() -> WaferDrawing.toPng(wide, 0)).isInstanceOf(WaferException.class);
  }

  @Test
  void svg_joinsNeighbouringDies() {
    assertThat(WaferDrawing.toSvg(WAFER))
        .startsWith("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 4 3\"")
        .contains("<title>3 x 4 dies, 3 failing of 8</title>")
        .contains("d=\"M1 0h2v1h-2zM0 1h4v1h-4zM1 2h2v1h-2z\"")
        .contains("d=\"M1 1h2v1h-2zM2 2h1v1h-1z\"");
  }

  @Test
  void ascii_hasTwoCharactersADieWhereThereIsRoom() {
    assertThat(WaferDrawing.toText(WAFER, TextStyle.ASCII, 8))
        .isEqualTo("  ....\n..####..\n  ..##\n");
  }

  @Test
  void ascii_showsTheFailingShareOfSeveralDies() {
    byte[] cells = filled(20 * 20);
    cells[0] = 2;
    cells[1] = 2;
    cells[2] = 2;
    WaferMap wafer = WaferMap.of(20, 20, cells);
    assertThat(WaferDrawing.toText(wafer, TextStyle.ASCII, 10)).startsWith("+:........\n....");
  }

  @Test
  void trueColour_paintsTwoDiesACharacter() {
    String text = WaferDrawing.toText(WAFER, TextStyle.TRUE_COLOUR, 80);
    assertThat(text.lines()).hasSize(2);
    assertThat(text.lines().findFirst().orElseThrow())
        .isEqualTo(
            "\u001b[0m\u001b[38;2;166;216;191m▄\u001b[38;2;166;216;191m\u001b[48;2;191;58;28m▀▀"
                + "\u001b[0m\u001b[38;2;166;216;191m▄\u001b[0m");
  }

  @ParameterizedTest
  @EnumSource(TextStyle.class)
  void text_fitsTheTerminal(TextStyle style) {
    WaferMap wide = WaferMap.of(120, 301, filled(120 * 301));
    String plain = WaferDrawing.toText(wide, style, 80).replaceAll("\u001b\\[[0-9;]*m", "");
    assertThat(plain.lines()).allMatch(line -> line.length() <= 80).isNotEmpty();
  }

  @Test
  void style_isWhatTheTerminalCanShow() {
    Map<String, String> modern =
        Map.of("TERM", "xterm-256color", "COLORTERM", "truecolor", "LANG", "en_US.UTF-8");
    assertThat(TextStyle.of(modern, true)).isEqualTo(TextStyle.TRUE_COLOUR);
    assertThat(TextStyle.of(modern, false)).isEqualTo(TextStyle.ASCII);
    assertThat(TextStyle.of(Map.of("TERM", "xterm", "LC_ALL", "C.utf8"), true))
        .isEqualTo(TextStyle.COLOURS_256);
    assertThat(TextStyle.of(Map.of("TERM", "xterm", "LANG", "C"), true)).isEqualTo(TextStyle.ASCII);
  }

  private static byte[] filled(int count) {
    byte[] cells = new byte[count];
    Arrays.fill(cells, (byte) 1);
    return cells;
  }
}
