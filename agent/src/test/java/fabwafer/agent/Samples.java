package fabwafer.agent;

import fabwafer.protocol.DeviceName;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;

/** Wafers made up for the tests, and the inspections of them. */
final class Samples {
  private static final int SIDE = 26;

  private Samples() {}

  /** A round wafer, another for each seed, as a PNG of one pixel a die. */
  static byte[] png(int seed) {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    double centre = (SIDE - 1) / 2.0;
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        boolean inside = Math.hypot(x - centre, y - centre) <= centre;
        boolean fails = (seed >> ((x + y * SIDE) % 31) & 1) == 1;
        image.getRaster().setSample(x, y, 0, !inside ? 0 : fails ? 254 : 127);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** As a careful camera does it: written under another name, then renamed. */
  static Path drop(Path inbox, String name, byte[] content) throws IOException {
    Path partial = inbox.resolve(name + ".part");
    Files.write(partial, content);
    return Files.move(partial, inbox.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  static Inspection inspection(int number) {
    byte[] image = png(number);
    DeviceName device = new DeviceName("faba", "camera1");
    Identity identity = Identity.of(device, "wafer-" + number + ".png", image, 1_700_000_000_000L);
    return Inspection.of(device, identity, answer(), image);
  }

  static WaferClassifier.Answer answer() {
    return new WaferClassifier.Answer(
        "Donut", 0.75, Map.of("Donut", 0.75, "none", 0.25), Optional.of("model-1"));
  }

  /** A wafer map of one pixel a die; stands for the readers, which have tests of their own. */
  static WaferMap read(String name, byte[] image) {
    try {
      BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(image));
      if (decoded == null) {
        throw new WaferException(name + ": no image");
      }
      byte[] cells = new byte[decoded.getWidth() * decoded.getHeight()];
      for (int i = 0; i < cells.length; i++) {
        int grey = decoded.getRaster().getSample(i % SIDE, i / SIDE, 0);
        cells[i] = (byte) (grey / 127);
      }
      return WaferMap.of(decoded.getHeight(), decoded.getWidth(), cells);
    } catch (IOException e) {
      throw new WaferException(name + ": no image: " + e.getMessage(), e);
    }
  }

  static WaferMap wafer() {
    return WaferMap.of(1, 2, new byte[] {1, 2});
  }
}
