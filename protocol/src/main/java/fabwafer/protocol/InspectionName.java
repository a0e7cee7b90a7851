package fabwafer.protocol;

import fabwafer.wafer.record.SourceGrid;
import fabwafer.wafer.record.WaferIdentity;
import fabwafer.wafer.record.WaferRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneId;
import java.util.HexFormat;

/**
 * Which inspection a wafer of a fab's file is. It comes from the file alone, so that whoever reads
 * the same file for the same camera, however often, names the same inspections.
 *
 * @param imgid a name, see {@link Names}
 * @param timestampMillis milliseconds since 1970, 0 to {@link Limits#MAX_TIMESTAMP_MILLIS}
 */
public record InspectionName(String imgid, long timestampMillis) {
  /** 48 bits, on top of lot and wafer and the time: two wafers share them never by chance. */
  private static final int DIGEST_CHARS = 12;

  private static final int MAX_STEM_CHARS = Limits.MAX_NAME_CHARS - 1 - DIGEST_CHARS;
  private static final int MAX_PART_CHARS = (MAX_STEM_CHARS - 1) / 2;
  private static final int BYTES_A_DIE = 1 + 2 * Integer.BYTES;

  /**
   * The name of a wafer.
   *
   * <p>{@code imgid}: lot, hyphen, wafer (where both are missing the file's name without its
   * ending), made a legal name; a hyphen; the first {@value #DIGEST_CHARS} hex digits of the
   * SHA-256 over {@code <fab>/<camera>/<file>}, a zero byte, and all the file says of the wafer's
   * name, place and dies. The timestamp is the one that the file states, else the file's own.
   *
   * @param device whose wafer
   * @param file the file's name
   * @param number which wafer of the file, from 0: a file may hold the same one twice
   * @param zone of times that the file states without one
   * @param fileMillis the file's modification time, for a wafer without a time; one outside the
   *     protocol's range counts as the nearest inside
   */
  public static InspectionName of(
      DeviceName device,
      String file,
      WaferRecord record,
      int number,
      ZoneId zone,
      long fileMillis) {
    WaferIdentity identity = record.identity();
    String digest =
        HexFormat.of()
            .formatHex(digest(device + "/" + file, record, number))
            .substring(0, DIGEST_CHARS);
    long millis =
        MeasuredTime.millis(identity.time(), identity.format(), zone)
            .orElse(Math.clamp(fileMillis, 0, Limits.MAX_TIMESTAMP_MILLIS));
    return new InspectionName(stem(identity, file) + "-" + digest, millis);
  }

  private static String stem(WaferIdentity identity, String file) {
    String lot = legal(identity.lot(), MAX_PART_CHARS);
    String wafer = legal(identity.wafer(), MAX_PART_CHARS);
    if (lot.isEmpty() && wafer.isEmpty()) {
      int dot = file.lastIndexOf('.');
      return legal(dot > 0 ? file.substring(0, dot) : file, MAX_STEM_CHARS);
    }
    return lot.isEmpty() || wafer.isEmpty() ? lot + wafer : lot + "-" + wafer;
  }

  /** What no name may hold becomes an underscore. */
  private static String legal(String text, int most) {
    String legal = text.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^\\.", "_");
    return legal.length() <= most ? legal : legal.substring(0, most);
  }

  private static byte[] digest(String file, WaferRecord record, int number) {
    MessageDigest sha = sha256();
    WaferIdentity identity = record.identity();
    for (String text :
        new String[] {
          file,
          identity.source(),
          identity.lot(),
          identity.wafer(),
          identity.product(),
          identity.step(),
          identity.time(),
          record.grid().notch().name()
        }) {
      sha.update(text.getBytes(StandardCharsets.UTF_8));
      sha.update((byte) 0);
    }
    SourceGrid grid = record.grid();
    ByteBuffer place = ByteBuffer.allocate(6 * Integer.BYTES);
    place.putInt(number).putInt(identity.slot()).putInt(grid.rows()).putInt(grid.columns());
    place.putInt(grid.leftX()).putInt(grid.topY());
    sha.update(place.flip());
    int width = record.map().width();
    ByteBuffer dies = ByteBuffer.allocate(width * BYTES_A_DIE);
    for (int row = 0; row < record.map().height(); row++) {
      dies.clear();
      for (int column = 0; column < width; column++) {
        dies.put((byte) record.state(row, column).name().charAt(0));
        dies.putInt(record.hardBin(row, column)).putInt(record.softBin(row, column));
      }
      sha.update(dies.flip());
    }
    return sha.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
