package fabwafer.agent;

import fabwafer.agent.AgentConfig.SpoolLimits;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one camera's inspections are kept in until the broker acknowledged them: a file an
 * inspection, oldest first by a number that starts its name. The numbers continue after a restart.
 *
 * <p>Beside the waiting ones stand {@code refused/} (what the broker refused for good, with the
 * reason) and {@code damaged/} (what cannot be read back, with the reason). Both count towards the
 * bounds until a person clears them, so the folder never outgrows them. {@code finished.log}
 * remembers what was acknowledged. A process locks the folder while it has it open.
 *
 * <p>Safe on any thread. Writes of records are synchronized with each other, never with readers.
 */
final class Spool implements Closeable {
  /** How many acknowledged identities are remembered: days of a camera, 2 MB of memory. */
  static final int REMEMBERED = 20_000;

  static final String SUFFIX = ".inspection";
  static final String REFUSED = "refused";
  static final String DAMAGED = "damaged";
  static final String REASON_SUFFIX = ".reason.txt";
  private static final String LOCK = "lock";
  private static final String FINISHED = "finished.log";
  private static final Pattern NAME = Pattern.compile("(\\d{16})-(.+)" + Pattern.quote(SUFFIX));
  private static final Logger LOG = LoggerFactory.getLogger(Spool.class);

  /**
   * A waiting inspection.
   *
   * @param number its place, oldest first
   * @param bytes of its file
   */
  record Item(long number, Identity identity, Path file, long bytes) {}

  private final Path folder;
  private final SpoolLimits limits;
  private final FileChannel lock;
  private final FinishedLog finished;
  private final Object writing = new Object();

  private final TreeMap<Long, Item> waiting = new TreeMap<>();
  private final TreeMap<Long, Item> held = new TreeMap<>();
  private final Map<Identity, Integer> identities = new HashMap<>();
  private long lastNumber;
  private long bytes;
  private int refused;
  private int damaged;

  private Spool(Path folder, SpoolLimits limits, FileChannel lock, FinishedLog finished) {
    this.folder = folder;
    this.limits = limits;
    this.lock = lock;
    this.finished = finished;
  }

  /**
   * Opens a spool and reads back what it holds; unfinished files of a killed process go, damaged
   * ones are set aside.
   *
   * @param folder of one camera; made if missing
   * @throws AgentException if another process has it open, or it cannot be read or written
   */
  static Spool open(Path folder, SpoolLimits limits) {
    try {
      Files.createDirectories(folder.resolve(REFUSED));
      Files.createDirectories(folder.resolve(DAMAGED));
      FileChannel lock = lock(folder);
      try {
        FinishedLog finished = FinishedLog.open(folder.resolve(FINISHED), REMEMBERED);
        Spool spool = new Spool(folder, limits, lock, finished);
        spool.recover();
        return spool;
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new AgentException("spool " + folder + " cannot be used: " + AgentException.told(e), e);
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @SuppressWarnings("resource") // closing the channel releases it
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw new AgentException("spool " + folder + " is in use by another agent");
    }
    return channel;
  }

  private void recover() throws IOException {
    recoverRefused();
    for (Path file : files(folder.resolve(DAMAGED))) {
      if (file.toString().endsWith(SUFFIX)) {
        damaged++;
        bytes += Files.size(file);
      }
    }
    for (Path file : files(folder)) {
      String name = file.getFileName().toString();
      if (name.endsWith(DurableFiles.UNFINISHED)) {
        Files.delete(file);
        continue;
      }
      Matcher matcher = NAME.matcher(name);
      if (matcher.matches()) {
        long number = Long.parseLong(matcher.group(1));
        lastNumber = Math.max(lastNumber, number);
        recoverRecord(number, file);
      }
    }
  }

  private void recoverRecord(long number, Path file) throws IOException {
    byte[] record = Files.readAllBytes(file);
    try {
      Identity identity = SpoolRecord.decode(record).identity();
      if (finished.holds(identity)) {
        // Acknowledged, and killed before the file was gone.
        Files.delete(file);
        return;
      }
      add(new Item(number, identity, file, record.length));
    } catch (SpoolRecord.DamagedException e) {
      setAside(file, DAMAGED, AgentException.told(e));
      damaged++;
      bytes += record.length;
      LOG.error("spool file {} is damaged: {}; kept in {}/", file, AgentException.told(e), DAMAGED);
    }
  }

  private void recoverRefused() throws IOException {
    for (Path file : files(folder.resolve(REFUSED))) {
      if (file.toString().endsWith(SUFFIX)) {
        byte[] record = Files.readAllBytes(file);
        refused++;
        bytes += record.length;
        try {
          identities.merge(SpoolRecord.decode(record).identity(), 1, Integer::sum);
        } catch (SpoolRecord.DamagedException e) {
          LOG.warn("refused spool file {} is damaged as well: {}", file, AgentException.told(e));
        }
      }
    }
  }

  /** Whether an inspection waits here, was refused, or was acknowledged lately. */
  boolean knows(Identity identity) {
    synchronized (this) {
      if (identities.containsKey(identity)) {
        return true;
      }
    }
    return finished.holds(identity);
  }

  /**
   * Why no further inspection fits, or empty where one does.
   *
   * @param imageBytes of its image
   */
  synchronized Optional<String> full(long imageBytes) {
    int kept = waiting.size() + held.size() + refused + damaged;
    if (kept >= limits.maxInspections()) {
      return Optional.of(
          "spool full: %,d of %,d inspections in %s%s"
              .formatted(kept, limits.maxInspections(), folder, setAsideNote()));
    }
    if (bytes + imageBytes + SpoolRecord.OVERHEAD_BYTES > limits.maxBytes()) {
      return Optional.of(
          "spool full: %,d of %,d bytes in %s, the next inspection needs %,d%s"
              .formatted(
                  bytes,
                  limits.maxBytes(),
                  folder,
                  imageBytes + SpoolRecord.OVERHEAD_BYTES,
                  setAsideNote()));
    }
    return Optional.empty();
  }

  private String setAsideNote() {
    return refused + damaged == 0
        ? ""
        : " (%,d refused and %,d damaged among them)".formatted(refused, damaged);
  }

  /**
   * Keeps an inspection, durably once this returns. One that is known already is not kept again.
   *
   * @return whether it was new
   * @throws IOException if it could not be written, such as for a full disk; nothing was kept
   */
  boolean append(Inspection inspection) throws IOException {
    synchronized (writing) {
      Identity identity = inspection.identity();
      if (knows(identity)) {
        return false;
      }
      ByteBuffer record = SpoolRecord.encode(inspection);
      long size = record.remaining();
      long number;
      synchronized (this) {
        number = ++lastNumber;
      }
      Path file = folder.resolve("%016d-%s%s".formatted(number, identity.imgid(), SUFFIX));
      DurableFiles.write(file, record);
      add(new Item(number, identity, file, size));
      return true;
    }
  }

  /** Up to so many waiting inspections after a number, oldest first. */
  synchronized List<Item> waitingAfter(long number, int most) {
    return waiting.tailMap(number, false).values().stream().limit(most).toList();
  }

  /**
   * Reads an inspection back.
   *
   * @return empty if its file is gone or damaged: then it is set aside, told, and waits no more
   * @throws IOException if it cannot be read just now
   */
  Optional<Inspection> read(Item item) throws IOException {
    try {
      return Optional.of(SpoolRecord.decode(Files.readAllBytes(item.file())));
    } catch (NoSuchFileException e) {
      remove(item);
      LOG.error("spool file {} was removed by somebody before it was published", item.file());
    } catch (SpoolRecord.DamagedException e) {
      setAside(item.file(), DAMAGED, AgentException.told(e));
      synchronized (this) {
        remove(item);
        damaged++;
        bytes += item.bytes();
      }
      LOG.error(
          "spool file {} is damaged: {}; kept in {}/",
          item.file(),
          AgentException.told(e),
          DAMAGED);
    }
    return Optional.empty();
  }

  /**
   * Forgets acknowledged inspections; their identities are remembered for a while. What cannot be
   * written or deleted is told in the log only: at worst the same inspection is published again.
   */
  void finish(Collection<Item> acknowledged) {
    try {
      finished.add(acknowledged.stream().map(Item::identity).toList());
    } catch (IOException e) {
      // A full disk must not keep the spool from making room on it.
      LOG.warn("{} could not be written: {}", folder.resolve(FINISHED), AgentException.told(e));
    }
    for (Item item : acknowledged) {
      remove(item);
      try {
        Files.deleteIfExists(item.file());
      } catch (IOException e) {
        LOG.warn("{} could not be deleted: {}", item.file(), AgentException.told(e));
      }
    }
  }

  /** Sets an inspection aside that the broker refuses for good. */
  void refuse(Item item, String reason) throws IOException {
    setAside(item.file(), REFUSED, reason);
    synchronized (this) {
      waiting.remove(item.number());
      refused++;
    }
  }

  /**
   * Keeps acknowledged inspections for a while yet, in case the broker forgets them. They wait no
   * more; {@link #finish} or {@link #sendAgain} comes later.
   */
  synchronized void hold(Collection<Item> acknowledged) {
    for (Item item : acknowledged) {
      if (waiting.remove(item.number()) != null) {
        held.put(item.number(), item);
      }
    }
  }

  /** All that is held waits again. */
  synchronized void sendAgain() {
    waiting.putAll(held);
    held.clear();
  }

  /** The number of the inspection appended last. */
  synchronized long lastNumber() {
    return lastNumber;
  }

  /** Whether no inspection up to a number waits for the broker. */
  synchronized boolean isDrainedTo(long number) {
    return waiting.isEmpty() || waiting.firstKey() > number;
  }

  /** Inspections that wait for the broker. */
  synchronized int waiting() {
    return waiting.size();
  }

  /** Bytes of all files that count towards the bound. */
  synchronized long bytes() {
    return bytes;
  }

  /** Inspections that the broker refused for good. */
  synchronized int refused() {
    return refused;
  }

  /** Records that could not be read back. */
  synchronized int damaged() {
    return damaged;
  }

  int maxInspections() {
    return limits.maxInspections();
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      finished.close();
    }
  }

  private synchronized void add(Item item) {
    waiting.put(item.number(), item);
    identities.merge(item.identity(), 1, Integer::sum);
    bytes += item.bytes();
  }

  private synchronized void remove(Item item) {
    if (waiting.remove(item.number()) != null || held.remove(item.number()) != null) {
      identities.computeIfPresent(item.identity(), (id, count) -> count == 1 ? null : count - 1);
      bytes -= item.bytes();
    }
  }

  /** The reason first: a record never stands there without one. */
  private void setAside(Path file, String where, String reason) throws IOException {
    Path target = folder.resolve(where).resolve(file.getFileName());
    DurableFiles.write(
        target.resolveSibling(target.getFileName() + REASON_SUFFIX),
        ByteBuffer.wrap((reason + "\n").getBytes(StandardCharsets.UTF_8)));
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, Files::isRegularFile)) {
      List<Path> files = new ArrayList<>();
      stream.forEach(files::add);
      files.sort(null);
      return files;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }
}
