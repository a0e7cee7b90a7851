package fabwafer.hub.backup;

import fabwafer.hub.HubException;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.database.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;

/** Puts a backup's data into a new data folder, once every file of it proved to be whole. */
public final class Restore {
  private Restore() {}

  /**
   * What was done.
   *
   * @param madeAt when the backup was made
   */
  public record Report(Instant madeAt, long files, long bytes) {}

  /**
   * Restores a backup.
   *
   * @param from a folder that {@link Backup} made
   * @param data the data folder to be; missing or empty
   * @throws HubException if the backup is damaged or the folder in use; then nothing was changed
   */
  public static Report run(Path from, Path data) {
    Path unfinished = data.resolveSibling(data.getFileName() + ".restoring");
    try {
      if (Files.exists(data) && !isEmpty(data)) {
        throw new HubException(
            data + " is not empty; a restore replaces nothing: move what is there away first");
      }
      Manifest manifest = Manifest.read(from);
      Backup.deleteTree(unfinished);
      Files.createDirectories(unfinished);
      Backup.ownerOnly(unfinished);
      for (Manifest.Entry entry : manifest.entries()) {
        copy(from, unfinished, entry);
      }
      check(unfinished);
      Files.deleteIfExists(data);
      Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
      long bytes = manifest.entries().stream().mapToLong(Manifest.Entry::bytes).sum();
      return new Report(manifest.madeAt(), manifest.entries().size(), bytes);
    } catch (IOException e) {
      throw new HubException("the restore of %s failed: %s".formatted(from, e), e);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  private static void copy(Path from, Path to, Manifest.Entry entry) throws IOException {
    Path target = to.resolve(entry.path()).normalize();
    if (!target.startsWith(to)) {
      throw new HubException("the backup names a file outside of it: " + entry.path());
    }
    Path source = from.resolve(entry.path());
    if (!Files.isRegularFile(source)) {
      throw new HubException("the backup is damaged: " + entry.path() + " is missing");
    }
    Files.createDirectories(target.resolveSibling(""));
    Files.copy(source, target, StandardCopyOption.COPY_ATTRIBUTES);
    if (Files.size(target) != entry.bytes() || !Manifest.checksum(target).equals(entry.sha256())) {
      throw new HubException(
          "the backup is damaged: the checksum of " + entry.path() + " is wrong");
    }
  }

  /** Whatever the database names has to be there, and the database whole. */
  private static void check(Path data) throws IOException {
    List<String> faults = Database.faults(data);
    if (!faults.isEmpty()) {
      throw new HubException("the backup's database is damaged: " + faults.getFirst());
    }
    try (Database copy = Database.openCopy(data)) {
      Archive archive = new Archive(data.resolve(Backup.ARCHIVE), copy);
      for (ArchivedImage image : archive.all()) {
        if (!Files.isRegularFile(archive.file(image))) {
          throw new HubException("the backup lacks the image " + archive.file(image));
        }
      }
    }
    Files.deleteIfExists(data.resolve(Database.FILE_NAME + "-wal"));
    Files.deleteIfExists(data.resolve(Database.FILE_NAME + "-shm"));
  }
}
