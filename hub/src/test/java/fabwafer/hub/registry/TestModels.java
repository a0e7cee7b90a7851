package fabwafer.hub.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.TestVectors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Tiny models that run, each with an id of its own. */
public final class TestModels {
  /** Field 6 of an ONNX model, a text: its documentation, which changes nothing but the id. */
  private static final int DOCUMENTATION = 6 << 3 | 2;

  private TestModels() {}

  /** A model's folder with card and test vectors. */
  public static Path make(Path folder, String name) {
    try {
      Path model = folder.resolve(name);
      Files.createDirectories(model);
      ByteArrayOutputStream graph = new ByteArrayOutputStream();
      graph.write(resource("model.onnx"));
      graph.write(DOCUMENTATION);
      graph.write(name.length());
      graph.write(name.getBytes(UTF_8));
      Files.write(model.resolve(ModelCard.GRAPH_FILE_NAME), graph.toByteArray());
      String card = new String(resource("model.json"), UTF_8);
      String id = ModelCard.parse(name, resource("model.json")).id();
      Files.writeString(
          model.resolve(ModelCard.FILE_NAME),
          card.replace(id, ModelCard.idOf(graph.toByteArray())));
      try (Classifier classifier = Classifier.open(model)) {
        TestVectors.of(classifier).write(model);
      }
      return model;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = TestModels.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
