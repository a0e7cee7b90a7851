package fabwafer.agent;

import fabwafer.agent.Inbox.Candidate;
import fabwafer.agent.Inbox.Stamp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How files leave a camera's folder: to {@code done/<day>/} or, with the reason beside them, to
 * {@code rejected/}; the day is that of the file's modification time in UTC.
 *
 * <p>A camera may replace a file while it is on its way: the file moved would then be another than
 * the one that was read. So a file goes to {@code .leaving/} first, is compared there, where no
 * camera writes, and goes on or back. What a killed process left there is found at the next start.
 * A file never replaces another: where its name is taken, its modification time joins it.
 *
 * <p>For one thread.
 */
final class Leaving {
  static final String DONE = "done";
  static final String REJECTED = "rejected";
  static final String BETWEEN = ".leaving";
  static final String REASON_SUFFIX = ".reason.txt";

  /** File systems take 255 bytes; room for a time, a number and {@code .reason.txt.tmp}. */
  private static final int MAX_NAME_BYTES = 200;

  private static final int KEPT_STEM_CHARS = 40;
  private static final int MOST_NAMESAKES = 1_000;

  private final Path folder;

  /**
   * @param folder the camera's
   */
  Leaving(Path folder) {
    this.folder = folder;
  }

  /**
   * Moves a file to done.
   *
   * @return false if it is gone or another by now: then nothing was moved
   */
  boolean toDone(Candidate candidate) throws IOException {
    String day =
        candidate.stamp().modified().toInstant().atOffset(ZoneOffset.UTC).toLocalDate().toString();
    return leave(candidate, folder.resolve(DONE).resolve(day), null);
  }

  /**
   * Moves a file to rejected.
   *
   * @param reason what, where and which limit
   * @return false if it is gone or another by now: then nothing was moved
   */
  boolean toRejected(Candidate candidate, String reason) throws IOException {
    return leave(candidate, folder.resolve(REJECTED), reason);
  }

  private boolean leave(Candidate candidate, Path target, @Nullable String reason)
      throws IOException {
    Path between = folder.resolve(BETWEEN).resolve(candidate.name());
    Files.createDirectories(between.resolveSibling(""));
    Files.createDirectories(target);
    if (!candidate.file().equals(between)) {
      try {
        Files.move(candidate.file(), between, StandardCopyOption.ATOMIC_MOVE);
      } catch (NoSuchFileException e) {
        return false;
      }
      if (!Stamp.of(between).equals(candidate.stamp())) {
        putBack(between);
        return false;
      }
    }
    Path goal = freeName(target, candidate.name(), candidate.stamp());
    if (reason != null) {
      DurableFiles.write(
          goal.resolveSibling(goal.getFileName() + REASON_SUFFIX),
          ByteBuffer.wrap((reason + "\n").getBytes(StandardCharsets.UTF_8)));
    }
    Files.move(between, goal, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  /** The files that a killed process left on their way, as candidates of their old names. */
  List<Candidate> stranded() throws IOException {
    List<Candidate> stranded = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder.resolve(BETWEEN), Files::isRegularFile)) {
      for (Path file : files) {
        stranded.add(new Candidate(file, Stamp.of(file)));
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return stranded;
  }

  /** Puts a file back where it came from; under a new name if the camera wrote one of its name. */
  void putBack(Path between) throws IOException {
    try {
      Files.move(between, folder.resolve(between.getFileName()));
    } catch (FileAlreadyExistsException e) {
      Files.move(between, freeName(folder, between.getFileName().toString(), Stamp.of(between)));
    }
  }

  private static Path freeName(Path folder, String name, Stamp stamp) throws IOException {
    Path plain = folder.resolve(name);
    boolean fits = name.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES;
    if (fits && Files.notExists(plain)) {
      return plain;
    }
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    String extension = dot > 0 && fits ? name.substring(dot) : "";
    String kept = fits ? stem : stem.substring(0, Math.min(stem.length(), KEPT_STEM_CHARS));
    String timed = kept + "-" + stamp.modified().toMillis();
    for (int namesake = 1; namesake <= MOST_NAMESAKES; namesake++) {
      Path free = folder.resolve(timed + (namesake == 1 ? "" : "-" + namesake) + extension);
      if (Files.notExists(free)) {
        return free;
      }
    }
    throw new IOException(
        "%s already holds %,d files named %s".formatted(folder, MOST_NAMESAKES, name));
  }
}
