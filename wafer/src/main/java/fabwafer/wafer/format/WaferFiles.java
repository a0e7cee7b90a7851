package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.format.WaferRead.PassedOver;
import fabwafer.wafer.format.WaferRead.Refused;
import fabwafer.wafer.format.WaferRead.Wafer;
import fabwafer.wafer.record.WaferRecord;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Reads wafers from any file of a fab, whatever its name: the door of this package.
 *
 * <p>Recognised by content: STDF V4, KLARF 1.1 to 1.8, probers' text maps, SINF, SEMI G85 and E142,
 * CSV and TSV, JSON, and pictures; each as it is or packed by gzip, bzip2 or zip.
 */
public final class WaferFiles {
  private WaferFiles() {}

  /**
   * Reads a file.
   *
   * @param wafers gets each wafer as soon as it is read, and, of an archive, what was refused or
   *     passed over
   * @throws WaferException if the file is none of the formats, damaged or past a bound; what was
   *     handed out before is whole. The message starts with the file's name.
   * @throws IOException if the file is missing or the disk fails
   */
  public static void read(Path file, ReadOptions options, Consumer<WaferRead> wafers)
      throws IOException {
    String name = String.valueOf(file.getFileName());
    if (Files.isDirectory(file)) {
      throw new WaferException(name + " is a folder, not a file of wafers");
    }
    try (InputStream in = Files.newInputStream(file)) {
      read(name, in, options, wafers);
    }
  }

  /**
   * Reads a stream.
   *
   * @param name what it is called, for messages and as the wafers' source
   * @param in its bytes; not closed
   * @param wafers as {@link #read(Path, ReadOptions, Consumer)}
   * @throws WaferException as {@link #read(Path, ReadOptions, Consumer)}
   * @throws IOException if the stream fails
   */
  public static void read(
      String name, InputStream in, ReadOptions options, Consumer<WaferRead> wafers)
      throws IOException {
    try {
      new Unpacking(options, wafers).read(name, in);
    } catch (WaferException e) {
      throw new WaferException(name + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads the wafers of a file that holds few, all or none of them.
   *
   * @throws WaferException as {@link #read(Path, ReadOptions, Consumer)}, or if anything in an
   *     archive is refused
   * @throws IOException if the file is missing or the disk fails
   */
  public static List<WaferRecord> read(Path file, ReadOptions options) throws IOException {
    List<WaferRecord> records = new ArrayList<>();
    read(
        file,
        options,
        read -> {
          switch (read) {
            case Wafer wafer -> records.add(wafer.record());
            case PassedOver passed -> {}
            case Refused refused ->
                throw new WaferException(refused.where() + ": " + refused.reason());
          }
        });
    return List.copyOf(records);
  }

  /**
   * The format of a file's first bytes, unpacked.
   *
   * @param head at least the first few hundred bytes; the more, the surer
   * @return empty if it is none that is read here
   */
  public static Optional<WaferFormat> recognise(byte[] head) {
    return WaferFormat.of(head);
  }

  /**
   * Takes off gzip, bzip2 or zip of a file that is no wafer format but lies packed as these do,
   * such as WM-811K's pickle; bounded as every packing here.
   *
   * @param wanted whether it is what is looked for, by the first bytes of what is inside
   * @param target the file for it, of which nothing is left if nothing is found
   * @return false if the file is not packed, or nothing in it is wanted
   * @throws WaferException if the packing is damaged or past a bound
   * @throws IOException if the disk fails
   */
  public static boolean unpack(Path packed, Predicate<byte[]> wanted, Path target)
      throws IOException {
    boolean[] found = {false};
    Unpacking unpacking =
        new Unpacking(
            (input, head) -> {
              if (!found[0] && wanted.test(head)) {
                found[0] = true;
                Files.copy(input.in(), target, StandardCopyOption.REPLACE_EXISTING);
              }
            });
    try (InputStream in = Files.newInputStream(packed)) {
      unpacking.read(String.valueOf(packed.getFileName()), in);
    } catch (WaferException e) {
      throw new WaferException(packed.getFileName() + ": " + e.getMessage(), e);
    }
    return found[0];
  }

  /** Whether a file is packed, by its first bytes. */
  public static boolean isPacked(byte[] head) {
    return Unpacking.isPacked(head);
  }

  static BufferedInputStream buffered(InputStream in) {
    return new BufferedInputStream(in, 1 << 16);
  }
}
