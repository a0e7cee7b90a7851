package fabwafer.wafer.dataset;

import fabwafer.wafer.WaferException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The arrays of an NPZ file by name, each checked against the archive's checksum when read. */
final class NpzArchive implements AutoCloseable {
  /** Most arrays of a file; the largest known layout has 11. */
  static final int MAX_ARRAYS = 64;

  private static final String SUFFIX = ".npy";
  private static final int BUFFER_BYTES = 1 << 16;

  private final String file;
  private final ZipFile zip;
  private final Set<String> arrays = new TreeSet<>();

  private NpzArchive(String file, ZipFile zip) {
    this.file = file;
    this.zip = zip;
  }

  /**
   * Opens a file.
   *
   * @throws WaferException if it is no ZIP archive or has too many entries
   */
  static NpzArchive open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    ZipFile zip;
    try {
      zip = new ZipFile(path.toFile());
    } catch (ZipException | EOFException e) {
      // The JDK reads past the end where a length in the archive points there.
      throw new WaferException(path + " is no NPZ file, or damaged: " + e.getMessage(), e);
    }
    try {
      NpzArchive archive = new NpzArchive(String.valueOf(path.getFileName()), zip);
      archive.list();
      return archive;
    } catch (RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  private void list() {
    if (zip.size() > MAX_ARRAYS) {
      throw new WaferException(
          "%s: a data set has at most %d arrays, this archive has %,d entries"
              .formatted(file, MAX_ARRAYS, zip.size()));
    }
    Enumeration<? extends ZipEntry> entries = zip.entries();
    while (entries.hasMoreElements()) {
      String name = entries.nextElement().getName();
      if (name.endsWith(SUFFIX)) {
        arrays.add(name.substring(0, name.length() - SUFFIX.length()));
      }
    }
  }

  /** The file's name, for messages. */
  String file() {
    return file;
  }

  /** Names of its arrays, without {@code .npy}. */
  Set<String> arrays() {
    return arrays;
  }

  /**
   * Opens an array.
   *
   * @throws WaferException if there is none of that name, or it is not readable
   */
  NpyValues array(String array) throws IOException {
    String name = file + ": " + array + SUFFIX;
    ZipEntry entry = zip.getEntry(array + SUFFIX);
    if (entry == null) {
      throw new WaferException(file + " has no array '" + array + "'; it has " + arrays);
    }
    InputStream in;
    try {
      in = zip.getInputStream(entry);
    } catch (ZipException | EOFException e) {
      throw new WaferException(name + " is damaged: " + e.getMessage(), e);
    }
    if (in == null) {
      throw new WaferException(name + " cannot be read");
    }
    return new NpyValues(name, new Checked(new BufferedInputStream(in, BUFFER_BYTES), entry, name));
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  /** ZipFile does not compare the checksum of what it unpacks, so a flipped bit would pass. */
  private static final class Checked extends FilterInputStream {
    private final CRC32 sum = new CRC32();
    private final String name;
    private final long wanted;

    Checked(InputStream in, ZipEntry entry, String name) {
      super(in);
      this.name = name;
      this.wanted = entry.getCrc();
    }

    @Override
    public int read() throws IOException {
      byte[] single = new byte[1];
      return read(single, 0, 1) == -1 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
      int read;
      try {
        read = in.read(target, offset, count);
      } catch (ZipException | EOFException e) {
        throw new WaferException(name + " is damaged: " + e.getMessage(), e);
      }
      if (read > 0) {
        sum.update(target, offset, read);
      } else if (read == -1 && sum.getValue() != wanted) {
        throw new WaferException(name + " is damaged: its checksum differs");
      }
      return read;
    }

    @Override
    public long skip(long count) throws IOException {
      // Skipped bytes count for the checksum too.
      byte[] passed = new byte[(int) Math.min(count, BUFFER_BYTES)];
      return Math.max(0, read(passed, 0, passed.length));
    }
  }
}
