package fabwafer.agent;

import fabwafer.protocol.Assessment;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.WaferFacts;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.PngWriter;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Wafers made up for the tests, and the inspections of them. */
final class Samples {
  private static final int SIDE = 26;

  static final Assessment ASSESSMENT =
      new Assessment(
          Optional.of(List.of("Donut")),
          Map.of("Donut", 0.8),
          Optional.of(List.of("Donut", "none")),
          OptionalDouble.of(0.4),
          Optional.of(Assessment.Decision.REVIEW),
          List.of("confidence 0.750 below 0.900"));

  private Samples() {}

  /** A round wafer, another for each seed, as a PNG of one pixel a die. */
  static byte[] png(int seed) {
    byte[] cells = new byte[SIDE * SIDE];
    double centre = (SIDE - 1) / 2.0;
    for (int i = 0; i < cells.length; i++) {
      int row = i / SIDE;
      boolean inside = Math.hypot(i % SIDE - centre, row - centre) <= centre;
      boolean fails = (seed >> (i % 31) & 1) == 1;
      cells[i] = (byte) (!inside ? 0 : fails ? 2 : 1);
    }
    return WaferImages.toPng(WaferMap.of(SIDE, SIDE, cells));
  }

  /** A whole PNG of one black pixel: it shows no die. */
  static byte[] blank() {
    return PngWriter.palette(1, 1, new byte[1], 0);
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
    return Inspection.of(device, identity, answer(), WaferFacts.NONE, image);
  }

  static WaferClassifier.Answer answer() {
    return new WaferClassifier.Answer(
        "Donut", 0.75, Map.of("Donut", 0.75, "none", 0.25), ASSESSMENT, Optional.of("model-1"));
  }

  static WaferMap wafer() {
    return WaferMap.of(1, 2, new byte[] {1, 2});
  }
}
