package fabwafer.agent;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * The identities of the inspections that the broker acknowledged last: a file found again after its
 * inspection left the spool is known by it. A line an identity, with a checksum; a torn or damaged
 * line is passed over, which at worst publishes the same inspection once more.
 *
 * <p>Safe on any thread.
 */
final class FinishedLog implements Closeable {
  private final Path file;
  private final int capacity;
  private final LinkedHashSet<Identity> identities = new LinkedHashSet<>();
  private FileChannel channel;
  private int lines;

  private FinishedLog(Path file, int capacity, Collection<Identity> found) throws IOException {
    this.file = file;
    this.capacity = capacity;
    found.forEach(this::remember);
    this.channel = rewritten();
  }

  /**
   * Opens a log, or makes an empty one.
   *
   * @param capacity how many identities it remembers, the latest
   */
  static FinishedLog open(Path file, int capacity) throws IOException {
    List<Identity> found = List.of();
    if (Files.exists(file)) {
      // ISO 8859-1 reads any byte, also those of a torn line.
      found =
          Files.readString(file, StandardCharsets.ISO_8859_1)
              .lines()
              .map(FinishedLog::parse)
              .flatMap(Optional::stream)
              .toList();
    }
    return new FinishedLog(file, capacity, found);
  }

  synchronized boolean holds(Identity identity) {
    return identities.contains(identity);
  }

  /**
   * Adds identities, durably once this returns.
   *
   * @throws IOException if they could not be written; they are remembered until the process ends
   */
  synchronized void add(Collection<Identity> finished) throws IOException {
    finished.forEach(this::remember);
    if (lines + finished.size() > 2 * capacity) {
      FileChannel old = channel;
      channel = rewritten();
      old.close();
      return;
    }
    ByteBuffer content = lines(finished);
    long end = channel.size();
    try {
      channel.position(end);
      while (content.hasRemaining()) {
        channel.write(content);
      }
      channel.force(false);
      lines += finished.size();
    } catch (IOException e) {
      // A half line would swallow the next one.
      channel.truncate(end);
      throw e;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }

  private void remember(Identity identity) {
    identities.remove(identity);
    identities.add(identity);
    if (identities.size() > capacity) {
      identities.removeFirst();
    }
  }

  private FileChannel rewritten() throws IOException {
    DurableFiles.write(file, lines(identities));
    lines = identities.size();
    return FileChannel.open(file, StandardOpenOption.WRITE);
  }

  private static ByteBuffer lines(Collection<Identity> identities) {
    String text =
        identities.stream()
            .map(FinishedLog::line)
            .collect(Collectors.joining("\n", "", identities.isEmpty() ? "" : "\n"));
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String line(Identity identity) {
    String entry = identity.timestampMillis() + " " + identity.imgid();
    return checksum(entry) + " " + entry;
  }

  private static Optional<Identity> parse(String line) {
    String[] parts = line.split(" ", -1);
    if (parts.length != 3 || !parts[0].equals(checksum(parts[1] + " " + parts[2]))) {
      return Optional.empty();
    }
    return Optional.of(new Identity(parts[2], Long.parseLong(parts[1])));
  }

  private static String checksum(String entry) {
    CRC32C crc = new CRC32C();
    crc.update(entry.getBytes(StandardCharsets.ISO_8859_1));
    return "%08x".formatted(crc.getValue());
  }
}
