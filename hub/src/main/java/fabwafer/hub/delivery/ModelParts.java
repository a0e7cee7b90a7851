package fabwafer.hub.delivery;

import fabwafer.classifier.ClassifierException;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.ModelPackage;
import fabwafer.classifier.TestVectors;
import fabwafer.hub.HubException;
import fabwafer.protocol.model.ModelManifest;
import fabwafer.protocol.model.ModelManifest.ModelFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** The files of models as they are sent, each under its SHA-256. Safe on any thread. */
final class ModelParts {
  private static final String FOLDER = "delivery";

  private final Path folder;

  ModelParts(Path data) {
    this.folder = data.resolve(FOLDER);
  }

  /**
   * Lays the files of a model ready.
   *
   * @param model its folder or zip
   * @return what a manifest says of them
   * @throws HubException if it is not there, or cannot be sent
   */
  synchronized List<ModelFile> ready(Path model) {
    try {
      ModelPackage files = ModelPackage.read(model);
      TestVectors vectors =
          files
              .vectors()
              .orElseThrow(() -> new HubException("model %s has no test vectors".formatted(model)));
      Files.createDirectories(folder);
      return List.of(
          ready(ModelCard.FILE_NAME, files.cardBytes()),
          ready(TestVectors.FILE_NAME, vectors.json()),
          ready(ModelCard.GRAPH_FILE_NAME, files.graph()));
    } catch (ClassifierException | IOException e) {
      throw new HubException("the model cannot be sent: " + e.getMessage(), e);
    }
  }

  private ModelFile ready(String name, byte[] bytes) throws IOException {
    String sha256 = ModelManifest.sha256(bytes);
    Path file = folder.resolve(sha256);
    if (!Files.exists(file)) {
      Path unfinished = folder.resolve(sha256 + ".tmp");
      Files.write(unfinished, bytes);
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    return new ModelFile(name, bytes.length, sha256);
  }

  /**
   * A part of a file.
   *
   * @param sha256 checked to be one
   * @return fewer bytes at its end; empty where there is no such file, or nothing there
   */
  Optional<byte[]> read(String sha256, long offset, int length) throws IOException {
    Path file = folder.resolve(sha256);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      int here = (int) Math.min(length, channel.size() - offset);
      if (here <= 0) {
        return Optional.empty();
      }
      ByteBuffer bytes = ByteBuffer.allocate(here);
      while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
        // Reads on until all of it is there.
      }
      return Optional.of(bytes.array());
    }
  }
}
