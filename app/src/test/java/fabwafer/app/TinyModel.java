package fabwafer.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A real ONNX model of 392 bytes that says Near-full where more than half of the dies fail, else
 * none.
 */
final class TinyModel {
  private TinyModel() {}

  static Path writeTo(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String name : List.of("model.onnx", "model.json")) {
      try (InputStream in = TinyModel.class.getResourceAsStream("tiny-model/" + name)) {
        if (in == null) {
          throw new IOException("no test resource " + name);
        }
        Files.write(folder.resolve(name), in.readAllBytes());
      }
    }
    return folder;
  }
}
