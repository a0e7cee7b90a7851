package fabwafer.hub.backup;

import fabwafer.hub.HubException;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.database.Database;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies a hub's data away while it runs. The database is copied as it stands at one moment; then
 * every image that this copy names, which is in the archive for longer, as files come first. So
 * whatever the hub had acknowledged by its own commit when the backup began is in it, and nothing
 * that is named is missing. The broker's queue is not in it: what waits there comes again.
 */
public final class Backup {
  /** The images in a backup, wherever the hub keeps its archive. */
  static final String ARCHIVE = "archive";

  /** Not copied: locks, and what belongs to the running process. */
  private static final Set<String> LEFT_OUT = Set.of("broker", "hub.lock", Maintenance.LOCK);

  private Backup() {}

  /**
   * What was done.
   *
   * @param images files of the archive
   * @param bytes of all files
   * @param damaged images whose bytes are no more those that the hub once stored; they are in the
   *     backup as they are
   */
  public record Report(Instant madeAt, long images, long bytes, List<String> damaged) {
    public Report {
      damaged = List.copyOf(damaged);
    }
  }

  /**
   * Makes a backup.
   *
   * @param data the hub's data folder
   * @param archive the folder of its images
   * @param out a folder that must not exist; images are hard links where it is on the archive's
   *     disk, else copies
   * @throws HubException if it cannot be made; then nothing is left of it
   */
  public static Report make(Path data, Path archive, Path out, InstantSource clock) {
    Path unfinished = out.resolveSibling(out.getFileName() + ".part");
    if (Files.exists(out)) {
      throw new HubException(out + " exists already; a backup replaces nothing");
    }
    try (Maintenance _ = Maintenance.begin(data)) {
      deleteTree(unfinished);
      Files.createDirectories(unfinished);
      ownerOnly(unfinished);
      Report report = copy(data, archive, unfinished, clock);
      Files.move(unfinished, out, StandardCopyOption.ATOMIC_MOVE);
      return report;
    } catch (IOException e) {
      throw new HubException("the backup to %s failed: %s".formatted(out, e), e);
    }
  }

  private static Report copy(Path data, Path archive, Path out, InstantSource clock)
      throws IOException {
    Instant madeAt = clock.instant();
    List<Manifest.Entry> entries = new ArrayList<>();
    List<String> damaged = new ArrayList<>();
    Path database = out.resolve(Database.FILE_NAME);
    Database.copy(data.resolve(Database.FILE_NAME), database);
    ownerOnly(database);
    entries.add(Manifest.Entry.of(out, database));
    for (Path file : otherFiles(data, archive)) {
      Path copy = out.resolve(data.relativize(file).toString());
      Files.createDirectories(copy.resolveSibling(""));
      Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
      entries.add(Manifest.Entry.of(out, copy));
    }
    long images = 0;
    try (Database copy = Database.openCopy(out)) {
      Archive from = new Archive(archive, copy);
      Archive to = new Archive(out.resolve(ARCHIVE), copy);
      for (ArchivedImage image : from.all()) {
        Path file = to.file(image);
        linkOrCopy(from.file(image), file);
        Manifest.Entry entry = Manifest.Entry.of(out, file);
        entries.add(entry);
        images++;
        if (!entry.sha256().equals(image.sha256())) {
          damaged.add(entry.path());
        }
      }
    }
    new Manifest(madeAt, entries).write(out);
    long bytes = entries.stream().mapToLong(Manifest.Entry::bytes).sum();
    return new Report(madeAt, images, bytes, damaged);
  }

  /** Every file of the data folder but database, archive and what is left out. */
  private static List<Path> otherFiles(Path data, Path archive) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        data,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            boolean skipped = isLeftOut(data, folder) || same(folder, archive);
            return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && !isLeftOut(data, file)) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private static boolean isLeftOut(Path data, Path path) {
    Path name = data.relativize(path).getName(0);
    return !path.equals(data)
        && (LEFT_OUT.contains(name.toString())
            || name.toString().startsWith(Database.FILE_NAME)
            || path.toString().endsWith(".tmp"));
  }

  private static boolean same(Path folder, Path archive) throws IOException {
    return Files.exists(archive) && Files.isSameFile(folder, archive);
  }

  private static void linkOrCopy(Path file, Path copy) throws IOException {
    Files.createDirectories(copy.resolveSibling(""));
    try {
      // An archived file is never written to again, so that a link is as good as a copy.
      Files.createLink(copy, file);
    } catch (IOException | UnsupportedOperationException e) {
      Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  static void ownerOnly(Path path) throws IOException {
    if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(
          path,
          PosixFilePermissions.fromString(Files.isDirectory(path) ? "rwx------" : "rw-------"));
    }
  }

  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
