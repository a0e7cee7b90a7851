package fabwafer.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The folder with everything a hub keeps, held by one hub at a time. */
final class DataFolder implements AutoCloseable {
  private static final String LOCK = "hub.lock";
  private static final String ID = "hub-id";
  private static final int ID_BYTES = 8;

  private final Path folder;
  private final FileChannel channel;

  private DataFolder(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Takes hold of a folder; makes it where needed.
   *
   * @throws HubException if it cannot be used, or another hub uses it
   */
  static DataFolder open(Path folder) {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!isLocked(channel)) {
        channel.close();
        throw new HubException("the data folder " + folder + " is in use by another hub");
      }
      return new DataFolder(folder, channel);
    } catch (NoSuchFileException | AccessDeniedException e) {
      throw new HubException(
          "cannot use the data folder %s: it cannot be made or written there".formatted(folder), e);
    } catch (IOException e) {
      throw new HubException("cannot use the data folder " + folder + ": " + e, e);
    }
  }

  /** A random name that this folder's hub has and no other. */
  String hubId() {
    Path file = folder.resolve(ID);
    try {
      if (!Files.exists(file)) {
        byte[] random = new byte[ID_BYTES];
        new SecureRandom().nextBytes(random);
        Files.writeString(file, HexFormat.of().formatHex(random), UTF_8);
      }
      String id = Files.readString(file, UTF_8).strip();
      if (!id.matches("[0-9a-f]{" + 2 * ID_BYTES + "}")) {
        throw new HubException(file + " holds no id; remove it, and the hub makes another");
      }
      return id;
    } catch (IOException e) {
      throw new HubException("cannot use " + file + ": " + e, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new HubException("cannot let go of the data folder " + folder + ": " + e, e);
    }
  }

  /** Locks a file until its channel is closed, also by a kill. */
  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }
}
