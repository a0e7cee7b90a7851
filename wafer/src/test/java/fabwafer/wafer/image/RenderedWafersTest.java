package fabwafer.wafer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.Die;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.synthetic.Product;
import fabwafer.wafer.synthetic.SyntheticWafers;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class RenderedWafersTest {
  private static final WaferMap WAFER =
      SyntheticWafers.of(5, List.of(new Product(31, 27, 0, 0))).next(DefectPattern.CENTER);

  @Test
  void anEnlargedDrawing_givesItsDies() throws IOException {
    for (int side : new int[] {5, 8, 13}) {
      RenderedWafer read = RenderedWafers.read(file(drawn(side, 0, 20), "png"));
      assertThat(read.wafer()).as("%d pixels", side).isEqualTo(WAFER);
      assertThat(read.diePitchX()).isBetween(side - 0.2, side + 0.2);
      assertThat(read.palette()).containsValues(Die.ABSENT, Die.PASS, Die.FAIL);
    }
  }

  @Test
  void aDrawingWithoutMargin_losesNoDie() throws IOException {
    assertThat(RenderedWafers.read(file(drawn(9, 0, 0), "png")).wafer()).isEqualTo(WAFER);
  }

  @Test
  void aDrawingWithLinesBetweenDies_givesItsDies() throws IOException {
    assertThat(RenderedWafers.read(file(drawn(12, 2, 30), "png")).wafer()).isEqualTo(WAFER);
  }

  @Test
  void aDrawingThatWasEnlargedSmoothly_givesItsDies() throws IOException {
    BufferedImage small = drawn(6, 0, 12);
    BufferedImage large =
        new BufferedImage(
            small.getWidth() * 17 / 10, small.getHeight() * 17 / 10, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = large.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(small, 0, 0, large.getWidth(), large.getHeight(), null);
    graphics.dispose();
    assertThat(RenderedWafers.read(file(large, "png")).wafer()).isEqualTo(WAFER);
    assertThat(RenderedWafers.read(file(large, "jpg")).wafer()).isEqualTo(WAFER);
  }

  @Test
  void otherPictures_areNoWaferMapsAndSayTheirScore() throws IOException {
    Random random = new Random(1);
    BufferedImage noise = new BufferedImage(200, 200, BufferedImage.TYPE_INT_RGB);
    BufferedImage bars = new BufferedImage(200, 200, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 200; y++) {
      for (int x = 0; x < 200; x++) {
        noise.setRGB(x, y, random.nextInt(1 << 24));
        bars.setRGB(x, y, (x / 10 + y / 10) % 2 == 0 ? 0xffffff : 0x2040c0);
      }
    }
    assertThatThrownBy(() -> RenderedWafers.read(file(noise, "png")))
        .isInstanceOf(WaferException.class)
        .hasMessageStartingWith("no wafer map: ");
    assertThatThrownBy(() -> RenderedWafers.read(file(bars, "png"))).hasMessageContaining("score");
    assertThatThrownBy(() -> RenderedWafers.read(new byte[] {1, 2, 3}))
        .hasMessageContaining("no picture");
  }

  private static BufferedImage drawn(int side, int line, int margin) {
    BufferedImage picture =
        new BufferedImage(
            WAFER.width() * side + 2 * margin,
            WAFER.height() * side + 2 * margin,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    for (int row = 0; row < WAFER.height(); row++) {
      for (int column = 0; column < WAFER.width(); column++) {
        if (WAFER.code(row, column) > 0) {
          graphics.setColor(
              WAFER.code(row, column) == 1 ? new Color(40, 160, 70) : new Color(200, 40, 30));
          graphics.fillRect(margin + column * side, margin + row * side, side - line, side - line);
        }
      }
    }
    graphics.dispose();
    return picture;
  }

  private static byte[] file(BufferedImage picture, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(picture, format, out);
    return out.toByteArray();
  }
}
