package fabwafer.hub.archive;

import fabwafer.hub.HubException;
import fabwafer.protocol.DeviceName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The archive's files. A name leads with no dot (see {@link fabwafer.protocol.Names}), so folders
 * of the archive's own, which do, can never be taken for one.
 *
 * <p>Safe on any thread.
 */
final class ArchiveFiles {
  /** Most versions of one name: a sender past it is confused, and each costs a comparison. */
  static final int MAX_VERSIONS = 100;

  private static final String VERSIONS = ".versions";
  private static final String INCOMING = ".incoming";

  private final Path folder;

  ArchiveFiles(Path folder) {
    this.folder = folder;
  }

  /** Where a version is kept; version 0 is {@code <fab>/<camera>/<imgid>.png}. */
  Path path(DeviceName device, String imgid, int version) {
    Path camera = folder.resolve(device.fab()).resolve(device.camera());
    return version == 0
        ? camera.resolve(imgid + ".png")
        : camera.resolve(VERSIONS).resolve(imgid).resolve(version + ".png");
  }

  /**
   * Keeps an image file; once it returns, the file is whole and on the disk.
   *
   * @return its version: a new one, or the one that holds these bytes already
   * @throws IOException if it could not be written; what was there is as it was
   * @throws HubException if the name has {@value #MAX_VERSIONS} versions
   */
  int keep(DeviceName device, String imgid, byte[] bytes) throws IOException {
    for (int version = 0; version < MAX_VERSIONS; version++) {
      Path file = path(device, imgid, version);
      if (!Files.exists(file) && write(file, bytes)) {
        return version;
      }
      if (holds(file, bytes)) {
        return version;
      }
    }
    throw new HubException(
        "%s of %s has %d versions in the archive, which is the limit"
            .formatted(imgid, device, MAX_VERSIONS));
  }

  private static boolean holds(Path file, byte[] bytes) throws IOException {
    return Files.size(file) == bytes.length && Arrays.equals(Files.readAllBytes(file), bytes);
  }

  /** Writes a file durably; answers false where another thread was quicker to take its name. */
  private boolean write(Path file, byte[] bytes) throws IOException {
    Path incoming = folder.resolve(INCOMING);
    Files.createDirectories(incoming);
    Path parent = file.getParent();
    if (parent == null) {
      throw new IOException("no folder above " + file);
    }
    createDirectories(parent);
    Path temporary = Files.createTempFile(incoming, "image", ".part");
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
          channel.write(left);
        }
        channel.force(true);
      }
      // A link refuses to replace what is there, which a rename would do silently.
      Files.createLink(file, temporary);
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.deleteIfExists(temporary);
    }
    force(parent);
    return true;
  }

  /** Makes folders, each entered durably in the one above it. */
  private static void createDirectories(Path wanted) throws IOException {
    Path parent = wanted.getParent();
    if (Files.isDirectory(wanted) || parent == null) {
      return;
    }
    createDirectories(parent);
    Files.createDirectories(wanted);
    force(parent);
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
