package fabwafer.wafer.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.format.WaferRead.PassedOver;
import fabwafer.wafer.format.WaferRead.Refused;
import fabwafer.wafer.format.WaferRead.Wafer;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes off gzip, bzip2 and zip, however they are nested, and reads what is inside. Nothing is
 * written: names in archives are only shown.
 */
final class Unpacking {
  /** Most files of an archive. */
  static final int MAX_ENTRIES = 20_000;

  /** Most packings around one another: a zip of .stdf.gz files has two. */
  static final int MAX_LAYERS = 3;

  /** Most bytes that one file's packings give in all, unless the caller says less. */
  static final long MAX_UNPACKED_BYTES = 64L << 30;

  /** What unpacks to more than this must not be more than {@link #MAX_RATIO} times smaller. */
  static final long FREE_BYTES = 64L << 20;

  /** Real STDF packs 40 times; a wafer map without a failing die 200 times. */
  static final long MAX_RATIO = 400;

  /** A packed file up to this size is checked to its end before any of it is believed. */
  private static final int CHECKED_BYTES = 8 << 20;

  private static final int SHOWN_BYTES = 8;
  private static final int MAX_SHOWN_NAME = 120;

  private final ReadOptions options;
  private final Consumer<WaferRead> wafers;
  private final Content content;
  private long packed;
  private long unpacked;

  /** Reads the wafers of files whose format is told by their head. */
  Unpacking(ReadOptions options, Consumer<WaferRead> wafers) {
    this.options = options;
    this.wafers = wafers;
    this.content = this::readFormat;
  }

  /** Hands what no packing is around any more to a reader of something else. */
  Unpacking(Content content) {
    this.options = ReadOptions.DEFAULT;
    this.wafers = read -> {};
    this.content = content;
  }

  /** Takes a file that is unpacked. */
  @FunctionalInterface
  interface Content {
    void read(Input input, byte[] head) throws IOException;
  }

  void read(String name, InputStream in) throws IOException {
    read(new Input(name, WaferFiles.buffered(new Counted(in)), options), 0);
  }

  private void read(Input input, int layers) throws IOException {
    byte[] head = input.head();
    if (head.length == 0) {
      throw new WaferException("the file is empty");
    }
    if (starts(head, 0x1f, 0x8b)) {
      requireLayers(layers);
      read(inside(input, unpacked("gzip", () -> new GZIPInputStream(input.in()))), layers + 1);
    } else if (starts(head, 'B', 'Z', 'h')) {
      requireLayers(layers);
      read(inside(input, unpacked("bzip2", () -> new Bzip2InputStream(input.in()))), layers + 1);
    } else if (starts(head, 'P', 'K', 3, 4)) {
      requireLayers(layers);
      readZip(input, layers + 1);
    } else {
      content.read(input, head);
    }
  }

  private void readFormat(Input input, byte[] head) throws IOException {
    Optional<WaferFormat> format = WaferFormat.of(head);
    if (format.isEmpty()) {
      throw new UnknownFormatException(unknown(head));
    }
    if (!options.formats().contains(format.get())) {
      throw new WaferException(
          "it is %s, which is not taken here; taken: %s"
              .formatted(
                  format.get().title(),
                  options.formats().stream()
                      .sorted()
                      .map(WaferFormat::title)
                      .collect(Collectors.joining(", "))));
    }
    format.get().read(input, record -> wafers.accept(new Wafer(record)));
  }

  private static String unknown(byte[] head) {
    String hint =
        starts(head, 0x80)
            ? "; a Python pickle is imported as a data set: fabwafer dataset import"
            : "";
    return "none of the known formats (%s); it starts with %s%s"
        .formatted(
            String.join(", ", Arrays.stream(WaferFormat.values()).map(WaferFormat::title).toList()),
            HexFormat.ofDelimiter(" ").formatHex(head, 0, Math.min(SHOWN_BYTES, head.length)),
            hint);
  }

  /** Recognised as nothing: in an archive it is passed over, alone it is refused. */
  private static final class UnknownFormatException extends WaferException {
    private static final long serialVersionUID = 1L;

    UnknownFormatException(String message) {
      super(message);
    }
  }

  private static void requireLayers(int layers) {
    if (layers == MAX_LAYERS) {
      throw new WaferException(
          "packed %d times over; at most %d are unpacked".formatted(layers + 1, MAX_LAYERS));
    }
  }

  private void readZip(Input input, int layers) throws IOException {
    ZipInputStream zip = new ZipInputStream(input.in(), UTF_8);
    int entries = 0;
    while (true) {
      ZipEntry entry = next(zip, entries);
      if (entry == null) {
        break;
      }
      entries++;
      if (entries > MAX_ENTRIES) {
        throw new WaferException("the archive has more than %,d files".formatted(MAX_ENTRIES));
      }
      String where = input.name() + "!" + shown(entry.getName());
      if (entry.isDirectory() || hidden(entry.getName())) {
        continue;
      }
      readEntry(where, zip, layers);
    }
    if (entries == 0) {
      throw new WaferException("the zip archive holds no file");
    }
  }

  private static @Nullable ZipEntry next(ZipInputStream zip, int entries) throws IOException {
    try {
      return zip.getNextEntry();
    } catch (DiskException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      // The JDK answers a name that is no UTF-8 with an illegal argument.
      throw new WaferException(
          "the zip archive is damaged after %,d files: %s".formatted(entries, e.getMessage()), e);
    }
  }

  private void readEntry(String where, ZipInputStream zip, int layers) throws IOException {
    // The archive goes on behind the entry: closing must not reach it.
    InputStream entry = new Measured("zip", new Unclosed(zip));
    try {
      read(new Input(where, checked(entry), options), layers);
    } catch (UnknownFormatException e) {
      wafers.accept(new PassedOver(where, String.valueOf(e.getMessage())));
    } catch (TooMuchException e) {
      throw e;
    } catch (WaferException e) {
      wafers.accept(new Refused(where, String.valueOf(e.getMessage())));
    }
    // What nobody read is still measured: a bomb may lie behind a format's end.
    entry.transferTo(OutputStream.nullOutputStream());
  }

  private static boolean hidden(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    return last.startsWith(".") || name.startsWith("__MACOSX/");
  }

  private static String shown(String name) {
    String clean = name.replaceAll("\\p{Cntrl}", "?");
    return clean.length() <= MAX_SHOWN_NAME ? clean : clean.substring(0, MAX_SHOWN_NAME) + "…";
  }

  private static Input inside(Input input, BufferedInputStream in) {
    return new Input(input.name(), in, input.options());
  }

  /** Opens a packing; what is small enough is unpacked whole, so that its checksum is compared. */
  private BufferedInputStream unpacked(String packing, Opening opening) throws IOException {
    InputStream in;
    try {
      in = new Measured(packing, opening.open());
    } catch (DiskException e) {
      throw e;
    } catch (IOException e) {
      throw new WaferException("the %s data is damaged: %s".formatted(packing, e.getMessage()), e);
    }
    return checked(in);
  }

  private static BufferedInputStream checked(InputStream in) throws IOException {
    byte[] first = in.readNBytes(CHECKED_BYTES);
    ByteArrayInputStream start = new ByteArrayInputStream(first);
    return WaferFiles.buffered(
        first.length < CHECKED_BYTES ? start : new SequenceInputStream(start, in));
  }

  /** Opens a packing. */
  @FunctionalInterface
  private interface Opening {
    InputStream open() throws IOException;
  }

  static boolean isPacked(byte[] head) {
    return starts(head, 0x1f, 0x8b) || starts(head, 'B', 'Z', 'h') || starts(head, 'P', 'K', 3, 4);
  }

  private static boolean starts(byte[] head, int... signature) {
    for (int i = 0; i < signature.length; i++) {
      if (i >= head.length || (head[i] & 0xff) != signature[i]) {
        return false;
      }
    }
    return true;
  }

  /** The file itself fails: whatever else a packing throws means that its bytes are damaged. */
  private static final class DiskException extends IOException {
    private static final long serialVersionUID = 1L;

    DiskException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** Counts what is read of the file itself. */
  private final class Counted extends FilterInputStream {
    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] single = new byte[1];
      return read(single, 0, 1) == -1 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
      try {
        int read = in.read(target, offset, count);
        packed += Math.max(0, read);
        return read;
      } catch (IOException e) {
        throw new DiskException(e);
      }
    }
  }

  /** Too much comes out: no other file of the archive is tried. */
  private static final class TooMuchException extends WaferException {
    private static final long serialVersionUID = 1L;

    TooMuchException(String message) {
      super(message);
    }
  }

  /** Measures what comes out of a packing against what went in, and tells damage as damage. */
  private final class Measured extends FilterInputStream {
    private final String packing;

    Measured(String packing, InputStream in) {
      super(in);
      this.packing = packing;
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
      } catch (DiskException e) {
        throw e;
      } catch (IOException e) {
        throw new WaferException(
            "the %s data is damaged or cut off: %s".formatted(packing, e.getMessage()), e);
      }
      unpacked += Math.max(0, read);
      if (unpacked > options.maxUnpackedBytes()) {
        throw new TooMuchException(
            "%,d packed bytes unpack to more than %,d, which is the limit"
                .formatted(packed, options.maxUnpackedBytes()));
      }
      if (unpacked > FREE_BYTES && unpacked / MAX_RATIO > packed) {
        throw new TooMuchException(
            "%,d packed bytes unpack to more than %,d; at most %d times as many are accepted"
                .formatted(packed, unpacked, MAX_RATIO));
      }
      return read;
    }

    @Override
    public long skip(long count) throws IOException {
      byte[] passed = new byte[(int) Math.min(count, 1 << 16)];
      return Math.max(0, read(passed, 0, passed.length));
    }
  }

  private static final class Unclosed extends FilterInputStream {
    Unclosed(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
      return in.read(target, offset, count);
    }

    @Override
    public void close() {
      // The archive is closed by whoever opened it.
    }
  }
}
