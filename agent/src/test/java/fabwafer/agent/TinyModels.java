package fabwafer.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.TestVectors;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.model.ModelManifest;
import fabwafer.protocol.model.ModelManifest.ModelFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Models of some hundred bytes, and as many different ones as a test needs. */
final class TinyModels {
  private static final String FIRST_ID =
      "c897324cecc7ec8ca9314a451465287967e39b5218e1ef3c4640de53b0cd2972";

  private TinyModels() {}

  /** Says Near-full where more than half of the dies fail, else none. */
  static Map<String, byte[]> plain() {
    return of("", 0, false);
  }

  /**
   * Another model that says the same.
   *
   * @param padding so many bytes more
   */
  static Map<String, byte[]> variant(String name, int padding) {
    return of(name, padding, false);
  }

  /** Says Scratch where the others say none. */
  static Map<String, byte[]> contrary() {
    return of("contrary", 0, true);
  }

  private static Map<String, byte[]> of(String name, int padding, boolean contrary) {
    byte[] graph = withNote(resource("model.onnx"), name + "x".repeat(padding));
    return files(graph, contrary);
  }

  private static Map<String, byte[]> files(byte[] graph, boolean contrary) {
    String card = new String(resource("model.json"), UTF_8);
    card = card.replace(FIRST_ID, ModelCard.idOf(graph));
    if (contrary) {
      card = card.replace("\"Scratch\", \"none\"", "\"none\", \"Scratch\"");
    }
    Map<String, byte[]> files = new TreeMap<>();
    files.put("model.onnx", graph);
    files.put("model.json", card.getBytes(UTF_8));
    files.put("vectors.json", vectors(files));
    return files;
  }

  /** One that ONNX Runtime has no operator for. */
  static Map<String, byte[]> ofUnknownOperator() {
    Map<String, byte[]> files = plain();
    byte[] graph =
        new String(files.get("model.onnx"), ISO_8859_1)
            .replace("Gemm", "Gxmm")
            .getBytes(ISO_8859_1);
    for (String name : List.of("model.json", "vectors.json")) {
      String text = new String(files.getOrDefault(name, new byte[0]), UTF_8);
      files.put(name, text.replace(FIRST_ID, ModelCard.idOf(graph)).getBytes(UTF_8));
    }
    files.put("model.onnx", graph);
    return files;
  }

  /** One that does not do here what it did where it was made. */
  static Map<String, byte[]> ofOtherVectors() {
    Map<String, byte[]> files = contrary();
    Map<String, byte[]> mixed = new TreeMap<>(files);
    mixed.put(
        "vectors.json",
        new String(files.get("vectors.json"), UTF_8)
            .replaceFirst("\"logits\":\\[[^,]*,", "\"logits\":[9.0,")
            .getBytes(UTF_8));
    return mixed;
  }

  static String id(Map<String, byte[]> files) {
    return ModelCard.idOf(graph(files));
  }

  static byte[] graph(Map<String, byte[]> files) {
    return files.getOrDefault("model.onnx", new byte[0]);
  }

  static Path writeTo(Path folder, Map<String, byte[]> files) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
    return folder;
  }

  /** An order for a camera. */
  static ModelManifest manifest(DeviceName device, long sequence, Map<String, byte[]> files) {
    return new ModelManifest(
        device,
        sequence,
        id(files),
        files.entrySet().stream()
            .map(
                file ->
                    new ModelFile(
                        file.getKey(),
                        file.getValue().length,
                        ModelManifest.sha256(file.getValue())))
            .toList(),
        List.of(),
        0,
        Instant.EPOCH);
  }

  private static byte[] vectors(Map<String, byte[]> files) {
    try {
      Path folder = writeTo(Files.createTempDirectory("tiny"), files);
      try (Classifier classifier = Classifier.open(folder)) {
        return TestVectors.of(classifier).json();
      } finally {
        for (String name : files.keySet()) {
          Files.delete(folder.resolve(name));
        }
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The model with a doc_string (field 6 of ModelProto): other bytes, the same graph. */
  private static byte[] withNote(byte[] graph, String note) {
    if (note.isEmpty()) {
      return graph;
    }
    ByteArrayOutputStream noted = new ByteArrayOutputStream();
    noted.writeBytes(graph);
    noted.write((6 << 3) | 2);
    int length = note.length();
    while (length >= 0x80) {
      noted.write((length & 0x7F) | 0x80);
      length >>>= 7;
    }
    noted.write(length);
    noted.writeBytes(note.getBytes(UTF_8));
    return noted.toByteArray();
  }

  private static byte[] resource(String name) {
    try (InputStream in = TinyModels.class.getResourceAsStream("tiny-model/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
