package fabwafer.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** Files that are there whole or not at all, also after the power failed. */
public final class DurableFiles {
  /** Ending of a file that is being written; whoever finds one after a start may delete it. */
  public static final String UNFINISHED = ".tmp";

  /** Windows opens no folder, and needs none synced: its file system logs renames itself. */
  private static final boolean FOLDERS_CAN_SYNC =
      !System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

  private DurableFiles() {}

  /**
   * Writes a file: temporary name, sync, rename, sync of the folder. Once this returns, the file
   * survives a power failure.
   *
   * @param content read from position to limit
   * @throws IOException if it could not be written; then nothing is left behind
   */
  public static void write(Path target, ByteBuffer content) throws IOException {
    Path unfinished = target.resolveSibling(target.getFileName() + UNFINISHED);
    try {
      try (FileChannel channel =
          FileChannel.open(
              unfinished,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        while (content.hasRemaining()) {
          channel.write(content);
        }
        channel.force(true);
      }
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      try {
        Files.deleteIfExists(unfinished);
      } catch (IOException deleting) {
        e.addSuppressed(deleting);
      }
      throw e;
    }
    syncFolder(target.toAbsolutePath().resolveSibling(""));
  }

  /** Makes the names in a folder as durable as the files behind them. */
  public static void syncFolder(Path folder) throws IOException {
    if (FOLDERS_CAN_SYNC) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
