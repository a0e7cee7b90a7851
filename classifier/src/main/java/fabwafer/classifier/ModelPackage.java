package fabwafer.classifier;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A model's files as bytes: graph, card and test vectors, to be kept or sent elsewhere. The graph
 * is the one the card speaks of; whether it runs, {@link Classifier#open} tells.
 */
public final class ModelPackage {
  /** The same files give the same zip, byte by byte. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final ModelFiles files;

  private ModelPackage(ModelFiles files) {
    this.files = files;
  }

  /**
   * Reads a model.
   *
   * @param model its folder or zip
   * @throws ClassifierException if a file is missing, damaged, too large, or of another model
   */
  public static ModelPackage read(Path model) {
    return new ModelPackage(ModelFiles.read(model));
  }

  /** The model's card. */
  public ModelCard card() {
    return files.card();
  }

  /** Bytes of the ONNX file; a copy. */
  public byte[] graph() {
    return files.graph().clone();
  }

  /** Bytes of the card's file as it lies there; a copy. */
  public byte[] cardBytes() {
    return files.cardBytes().clone();
  }

  /** The test vectors, where it has some. */
  public Optional<TestVectors> vectors() {
    return files.vectors();
  }

  /** Writes all of it as the zip that {@link Classifier#open} reads; the stream stays open. */
  public void writeZip(OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    add(zip, ModelCard.FILE_NAME, files.cardBytes());
    add(zip, ModelCard.GRAPH_FILE_NAME, files.graph());
    Optional<TestVectors> vectors = files.vectors();
    if (vectors.isPresent()) {
      add(zip, TestVectors.FILE_NAME, vectors.get().json());
    }
    zip.finish();
  }

  /** Stored, not deflated: weights hardly shrink, and a device may read them in place. */
  private static void add(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCompressedSize(bytes.length);
    entry.setCrc(crc.getValue());
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
