package fabwafer.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Real ONNX models of some hundred bytes that say Near-full where more than half of the dies fail,
 * else none.
 */
final class TinyModel {
  private TinyModel() {}

  static Path writeTo(Path folder) throws IOException {
    return writeTo(folder, "tiny-model");
  }

  /** One that gives patterns and novelty as well, with a card that has every part. */
  static Path judgingTo(Path folder) throws IOException {
    return writeTo(folder, "tiny-judging-model");
  }

  private static Path writeTo(Path folder, String resource) throws IOException {
    Files.createDirectories(folder);
    for (String name : List.of("model.onnx", "model.json")) {
      try (InputStream in = TinyModel.class.getResourceAsStream(resource + "/" + name)) {
        if (in == null) {
          throw new IOException("no test resource " + name);
        }
        Files.write(folder.resolve(name), in.readAllBytes());
      }
    }
    return folder;
  }
}
