package fabwafer.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which of the agents that share a camera's folder takes its files: a small file in that folder,
 * which its holder rewrites twice a second with the next number. Another agent stands by while the
 * file changes, and takes over once it stood still for two seconds of its own, unjumping clock: no
 * clocks are compared.
 *
 * <p>The lease only spares double work. Should two agents hold it for a moment, both take a file,
 * name it the same, and the hub stores it once: nothing that must not happen hangs on it.
 *
 * <p>For one thread.
 */
final class Lease {
  static final String FILE = ".fabwafer-lease";
  static final String FOLDER_ID = ".fabwafer-folder";

  /** How often the holder says that it lives. */
  private static final Duration BEAT = Duration.ofMillis(500);

  /**
   * How long the file may stand still: four beats, and well below the 5 s that a wafer may wait.
   */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  /** How often the file is read: half a beat. */
  private static final Duration LOOK = Duration.ofMillis(250);

  private static final int ID_CHARS = 36;

  private final Path folder;
  private final Path file;
  private final String owner;
  private long beats;
  private long beatAtNanos = System.nanoTime() - BEAT.toNanos();
  private long lookedAtNanos = System.nanoTime() - LOOK.toNanos();
  private @Nullable String seen;
  private long seenAtNanos;
  private boolean ours;

  /**
   * @param folder the camera's
   * @param owner a name that no other agent of the folder has
   */
  Lease(Path folder, String owner) {
    this.folder = folder;
    this.file = folder.resolve(FILE);
    this.owner = owner + "/" + UUID.randomUUID();
  }

  /**
   * Whether this agent is to take files now: nobody else seems to live.
   *
   * @param fit whether this agent can deliver what it takes. One that cannot lets the lease lapse,
   *     so that another takes over, but goes on as long as there is none
   * @throws IOException if the lease cannot be read or written; then take files, to be safe
   */
  boolean isOurs(boolean fit) throws IOException {
    long now = System.nanoTime();
    if (now - lookedAtNanos >= LOOK.toNanos()) {
      ours = !otherLives(now);
      lookedAtNanos = now;
    }
    if (ours && fit && now - beatAtNanos >= BEAT.toNanos()) {
      beatAtNanos = now;
      beats++;
      Path next = folder.resolve(FILE + "-" + owner.substring(owner.length() - ID_CHARS));
      Files.writeString(next, owner + " " + beats + "\n", StandardCharsets.UTF_8);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return ours;
  }

  /** Lets go of it at a clean stop, so that another takes over at its next look. */
  void release() throws IOException {
    if (ours && read().filter(this::isOfOurs).isPresent()) {
      Files.deleteIfExists(file);
    }
  }

  /**
   * An id that every agent reads of the same folder, wherever it is mounted.
   *
   * @return empty if another agent is just writing it
   */
  static Optional<String> folderId(Path folder) throws IOException {
    Path file = folder.resolve(FOLDER_ID);
    try {
      Files.writeString(
          file,
          UUID.randomUUID().toString(),
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      // As it should be.
    }
    return Optional.of(Files.readString(file, StandardCharsets.UTF_8).strip())
        .filter(id -> id.length() == ID_CHARS);
  }

  private boolean otherLives(long now) throws IOException {
    Optional<String> found = read();
    if (found.isEmpty() || isOfOurs(found.get())) {
      seen = null;
      return false;
    }
    if (!found.get().equals(seen)) {
      seen = found.get();
      seenAtNanos = now;
    }
    return now - seenAtNanos < PATIENCE.toNanos();
  }

  private boolean isOfOurs(String content) {
    return content.startsWith(owner + " ");
  }

  private Optional<String> read() throws IOException {
    try {
      return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return Files.isDirectory(folder) ? Optional.empty() : noFolder(e);
    }
  }

  private static Optional<String> noFolder(NoSuchFileException e) throws IOException {
    throw e;
  }
}
