package fabwafer.agent;

import fabwafer.agent.AgentConfig.Watching;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One camera's folder: which files stand still and may be taken, oldest first. Time is measured by
 * a clock that never jumps; a file's own times are only compared with themselves.
 *
 * <p>Not looked at: folders, links, names that start with a dot or end in .tmp, .part, .filepart,
 * .crdownload or ~.
 *
 * <p>For one thread.
 */
final class Inbox {
  /** Most files looked at in one pass; the rest of a larger folder waits for the next. */
  static final int MOST_FILES = 20_000;

  private static final List<String> UNFINISHED =
      List.of(".tmp", ".part", ".filepart", ".crdownload", "~");
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

  /** A file as it was seen. */
  record Stamp(long bytes, FileTime modified) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes found =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return new Stamp(found.size(), found.lastModifiedTime());
    }
  }

  /** A file that stands still. */
  record Candidate(Path file, Stamp stamp) {
    String name() {
      return file.getFileName().toString();
    }
  }

  /** What is known of a file that has not been taken yet. */
  private static final class Seen {
    private final Stamp stamp;
    private final long sinceNanos;
    private final Backoff retries = new Backoff(FIRST_RETRY, LONGEST_RETRY);
    private long dueNanos;
    private boolean endMissing;
    private boolean left;

    private Seen(Stamp stamp, long nowNanos, Duration settle) {
      this.stamp = stamp;
      this.sinceNanos = nowNanos;
      this.dueNanos = nowNanos + settle.toNanos();
    }
  }

  private final Path folder;
  private final Watching watching;
  private final Map<String, Seen> seen = new HashMap<>();

  Inbox(Path folder, Watching watching) {
    this.folder = folder;
    this.watching = watching;
  }

  /**
   * Lists the folder.
   *
   * @return the files that may be taken now, oldest first
   * @throws IOException if the folder is missing or cannot be listed
   */
  List<Candidate> ready() throws IOException {
    long now = System.nanoTime();
    List<Candidate> ready = new ArrayList<>();
    Set<String> listed = new HashSet<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, file -> isWanted(file.getFileName().toString()))) {
      for (Path file : files) {
        if (listed.size() >= MOST_FILES) {
          break;
        }
        look(file, now, listed).ifPresent(ready::add);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    seen.keySet().retainAll(listed);
    ready.sort(
        Comparator.comparing((Candidate found) -> found.stamp().modified())
            .thenComparing(Candidate::name));
    return ready;
  }

  private Optional<Candidate> look(Path file, long now, Set<String> listed) throws IOException {
    BasicFileAttributes found;
    try {
      found = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (!found.isRegularFile()) {
      return Optional.empty();
    }
    String name = file.getFileName().toString();
    Stamp stamp = new Stamp(found.size(), found.lastModifiedTime());
    listed.add(name);
    Seen known = seen.get(name);
    if (known == null || !known.stamp.equals(stamp)) {
      seen.put(name, new Seen(stamp, now, watching.settle()));
      return Optional.empty();
    }
    return known.dueNanos - now <= 0 ? Optional.of(new Candidate(file, stamp)) : Optional.empty();
  }

  static boolean isWanted(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return !name.startsWith(".") && UNFINISHED.stream().noneMatch(lower::endsWith);
  }

  /** How long until the folder should be listed again, in nanoseconds. */
  long untilNextLookNanos() {
    long now = System.nanoTime();
    long wait = watching.pollInterval().toNanos();
    for (Seen file : seen.values()) {
      if (!file.left) {
        wait = Math.min(wait, Math.max(0, file.dueNanos - now));
      }
    }
    return wait;
  }

  /**
   * Reads a file.
   *
   * @return empty if it is gone or changed meanwhile: then it is no candidate any more
   * @throws IOException if it cannot be read
   */
  static Optional<byte[]> read(Candidate candidate) throws IOException {
    int bytes = Math.toIntExact(candidate.stamp().bytes());
    byte[] content;
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            candidate.file(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      // One byte more than there should be, to see one that came since.
      content = Channels.newInputStream(channel).readNBytes(bytes + 1);
      if (content.length == bytes && Stamp.of(candidate.file()).equals(candidate.stamp())) {
        return Optional.of(content);
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  /**
   * The first bytes of a file.
   *
   * @throws IOException if it cannot be read
   */
  static byte[] head(Candidate candidate, int most) throws IOException {
    try (InputStream in = Files.newInputStream(candidate.file(), LinkOption.NOFOLLOW_LINKS)) {
      return in.readNBytes(most);
    }
  }

  /** Whether a file has stood still for so long; if not, it is looked at again when it has. */
  boolean hasStood(Candidate candidate, Duration least) {
    Seen file = seen.get(candidate.name());
    if (file == null) {
      return false;
    }
    long due = file.sinceNanos + least.toNanos();
    if (due - System.nanoTime() <= 0) {
      return true;
    }
    file.dueNanos = due;
    return false;
  }

  /** The file lacks its end: looked at again when it changes or its patience is over. */
  void awaitEnd(Candidate candidate) {
    Seen file = seen.get(candidate.name());
    if (file != null) {
      file.endMissing = true;
      file.dueNanos = file.sinceNanos + watching.patience().toNanos();
    }
  }

  /** Whether a file has lacked its end for as long as one may. */
  boolean isOutOfPatience(Candidate candidate) {
    Seen file = seen.get(candidate.name());
    return file != null && file.endMissing;
  }

  /** The file could not be taken for a reason that may pass. */
  void retryLater(Candidate candidate) {
    Seen file = seen.get(candidate.name());
    if (file != null) {
      file.dueNanos = System.nanoTime() + file.retries.nextNanos();
    }
  }

  /** The file stays in the folder for now: it goes on being ready, and nothing waits for it. */
  void leave(Candidate candidate) {
    Seen file = seen.get(candidate.name());
    if (file != null) {
      file.left = true;
    }
  }

  /** The file has left the folder. */
  void taken(Candidate candidate) {
    seen.remove(candidate.name());
  }
}
