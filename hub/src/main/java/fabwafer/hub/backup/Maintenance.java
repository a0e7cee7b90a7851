package fabwafer.hub.backup;

import fabwafer.hub.HubException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Held by whoever copies the archive away or removes files from it, of any process: a file must not
 * go between the copy of the database that names it and its own.
 */
public final class Maintenance implements AutoCloseable {
  static final String LOCK = "maintenance.lock";

  private final FileChannel channel;

  private Maintenance(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Begins.
   *
   * @param data the hub's data folder
   * @throws HubException if another backup or retention run goes on
   */
  public static Maintenance begin(Path data) throws IOException {
    FileChannel channel =
        FileChannel.open(data.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!isLocked(channel)) {
      channel.close();
      throw new HubException("another backup or retention run goes on in " + data);
    }
    return new Maintenance(channel);
  }

  @SuppressWarnings("resource") // closing the channel releases it
  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
