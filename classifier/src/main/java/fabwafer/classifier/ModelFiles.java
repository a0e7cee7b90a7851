package fabwafer.classifier;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** A model's files as they lie in its folder or zip, read into memory; nothing is unpacked. */
final class ModelFiles {
  /**
   * Most bytes of an ONNX file: our networks have 3 MB, a ResNet-152 has 240 MB. All of it is held
   * in memory while the model is opened.
   */
  static final int MAX_GRAPH_BYTES = 256 * 1024 * 1024;

  /** Most entries of a model's zip: two files, and room for notes and a licence. */
  static final int MAX_ZIP_ENTRIES = 64;

  private final ModelCard card;
  private final byte[] cardBytes;
  private final byte[] graph;
  private final Optional<TestVectors> vectors;

  private ModelFiles(
      ModelCard card, byte[] cardBytes, byte[] graph, Optional<TestVectors> vectors) {
    this.card = card;
    this.cardBytes = cardBytes;
    this.graph = graph;
    this.vectors = vectors;
  }

  ModelCard card() {
    return card;
  }

  /** Bytes of the card as they lie there. */
  byte[] cardBytes() {
    return cardBytes;
  }

  /** What the graph must give for some wafers, where the model says it. */
  Optional<TestVectors> vectors() {
    return vectors;
  }

  /** Bytes of the ONNX file, whose id is the card's. */
  byte[] graph() {
    return graph;
  }

  /** Reads a model's folder or zip and holds the graph against the card's id. */
  static ModelFiles read(Path model) {
    ModelFiles files;
    try {
      if (Files.isDirectory(model)) {
        files = readFolder(model);
      } else if (Files.isRegularFile(model)) {
        files = readZip(model);
      } else {
        throw new ClassifierException("no model " + model);
      }
    } catch (IOException e) {
      throw new ClassifierException("cannot read the model " + model + ": " + e, e);
    }
    String found = ModelCard.idOf(files.graph);
    if (!found.equals(files.card.id())) {
      throw new ClassifierException(
          "%s: %s is not the model its card speaks of: its SHA-256 is %s, the card's id is %s"
              .formatted(model, ModelCard.GRAPH_FILE_NAME, found, files.card.id()));
    }
    files
        .vectors()
        .filter(vectors -> !vectors.model().equals(found))
        .ifPresent(
            vectors -> {
              throw new ClassifierException(
                  "%s: %s is of the model %s, not of %s"
                      .formatted(model, TestVectors.FILE_NAME, vectors.model(), found));
            });
    return files;
  }

  private static ModelFiles readFolder(Path folder) throws IOException {
    Path cardFile = folder.resolve(ModelCard.FILE_NAME);
    ModelCard card = ModelCard.read(cardFile);
    Path graph = folder.resolve(ModelCard.GRAPH_FILE_NAME);
    try (InputStream in = Files.newInputStream(graph)) {
      Path vectors = folder.resolve(TestVectors.FILE_NAME);
      return new ModelFiles(
          card,
          read(cardFile, ModelCard.MAX_BYTES),
          bounded(in, graph.toString(), MAX_GRAPH_BYTES),
          Files.isRegularFile(vectors)
              ? Optional.of(
                  TestVectors.parse(vectors.toString(), read(vectors, TestVectors.MAX_BYTES)))
              : Optional.empty());
    } catch (NoSuchFileException e) {
      throw new ClassifierException("the model lacks its file " + graph, e);
    }
  }

  private static ModelFiles readZip(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      requirePlain(file, zip);
      String cardName = file + "!" + ModelCard.FILE_NAME;
      byte[] card = entry(file, zip, ModelCard.FILE_NAME, ModelCard.MAX_BYTES);
      return new ModelFiles(
          ModelCard.parse(cardName, card),
          card,
          entry(file, zip, ModelCard.GRAPH_FILE_NAME, MAX_GRAPH_BYTES),
          zip.getEntry(TestVectors.FILE_NAME) == null
              ? Optional.empty()
              : Optional.of(
                  TestVectors.parse(
                      file + "!" + TestVectors.FILE_NAME,
                      entry(file, zip, TestVectors.FILE_NAME, TestVectors.MAX_BYTES))));
    } catch (ZipException e) {
      throw new ClassifierException(
          file + " is neither a model's folder nor its zip: " + e.getMessage(), e);
    }
  }

  /**
   * Nothing is unpacked to a path, so a name cannot lead anywhere; but who makes such names means
   * no good, and of two entries with one name another reader may take the other.
   */
  private static void requirePlain(Path file, ZipFile zip) {
    if (zip.size() > MAX_ZIP_ENTRIES) {
      throw new ClassifierException(
          "%s: a model's zip has at most %d entries, got %,d"
              .formatted(file, MAX_ZIP_ENTRIES, zip.size()));
    }
    Set<String> names = new HashSet<>();
    for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
      String name = entry.getName();
      if (name.startsWith("/")
          || name.contains("\\")
          || name.contains(":")
          || List.of(name.split("/", -1)).contains("..")) {
        throw new ClassifierException(
            file + ": the zip's entry " + ModelCardJson.shown(name) + " leads out of the zip");
      }
      if (!names.add(name)) {
        throw new ClassifierException(
            file + ": the zip has two entries " + ModelCardJson.shown(name));
      }
    }
  }

  private static byte[] entry(Path file, ZipFile zip, String name, int most) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new ClassifierException("%s: the zip lacks %s at its top".formatted(file, name));
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return bounded(in, file + "!" + name, most);
    }
  }

  private static byte[] read(Path file, int most) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return bounded(in, file.toString(), most);
    }
  }

  /** A file may grow and a zip's entry may lie about its size: count what comes. */
  private static byte[] bounded(InputStream in, String name, int most) throws IOException {
    byte[] bytes = in.readNBytes(most);
    if (in.read() >= 0) {
      throw new ClassifierException("%s has more than %,d bytes".formatted(name, most));
    }
    return bytes;
  }
}
