package fabwafer.hub.registry;

import fabwafer.classifier.ModelPackage;
import fabwafer.hub.HubException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The folder of the models' zips; a file in it is never changed. */
final class ModelFolder {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final Path folder;

  ModelFolder(Path folder) {
    this.folder = folder;
  }

  /** A model's zip, kept or not. */
  Path file(String id) {
    return folder.resolve(id + ".zip");
  }

  /** A new file beside the models, on the same disk, for what is not checked yet. */
  Path unchecked() {
    try {
      Files.createDirectories(folder);
      return Files.createTempFile(folder, "unchecked", ".tmp");
    } catch (IOException e) {
      throw new HubException("cannot write to " + folder + ": " + e, e);
    }
  }

  /** Keeps a model; once this returns, its file is on the disk. */
  void keep(ModelPackage model) {
    Path unfinished = unchecked();
    try {
      try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE);
          OutputStream out =
              new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES)) {
        model.writeZip(out);
        out.flush();
        channel.force(true);
      }
      Files.move(unfinished, file(model.card().id()), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new HubException("cannot keep the model in " + folder + ": " + e, e);
    } finally {
      remove(unfinished);
    }
  }

  void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new HubException("cannot remove " + file + ": " + e, e);
    }
  }

  long bytes(String id) {
    try {
      return Files.size(file(id));
    } catch (IOException e) {
      throw new HubException("cannot read the model " + file(id) + ": " + e, e);
    }
  }

  /** SHA-256 of a model's zip. */
  String sha256(String id) {
    try (InputStream in =
        new DigestInputStream(
            Files.newInputStream(file(id)), MessageDigest.getInstance("SHA-256"))) {
      MessageDigest digest = ((DigestInputStream) in).getMessageDigest();
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new HubException("cannot read the model " + file(id) + ": " + e, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
