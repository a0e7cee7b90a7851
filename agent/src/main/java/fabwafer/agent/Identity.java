package fabwafer.agent;

import fabwafer.protocol.DeviceName;
import fabwafer.protocol.InspectionName;
import fabwafer.protocol.Limits;
import fabwafer.protocol.Names;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Which inspection of a device it is. It comes from the file alone, never from the moment: whoever
 * reads the same file of the same camera, however often, names the same inspection, and the hub
 * stores it once.
 *
 * <p>The {@code imgid} is the file name's stem, made a legal name, then a hyphen and the first
 * {@value #DIGEST_CHARS} hex digits of the SHA-256 over {@code <fab>/<camera>/<file name>}, a zero
 * byte and the file's bytes. So two files that differ in name or content, and like files of two
 * cameras, stay apart. The timestamp is the file's modification time. That is a picture's; the
 * wafers of other files are named as {@link InspectionName} says.
 *
 * @param imgid a name, see {@link Names}
 * @param timestampMillis milliseconds since 1970, 0 to {@link Limits#MAX_TIMESTAMP_MILLIS}
 */
record Identity(String imgid, long timestampMillis) {
  /** 48 bits, on top of stem and timestamp: two files of one camera share them never by chance. */
  static final int DIGEST_CHARS = 12;

  private static final int MAX_STEM_CHARS = Limits.MAX_NAME_CHARS - 1 - DIGEST_CHARS;

  /**
   * The identity of a file.
   *
   * @param modifiedMillis its modification time; one outside the protocol's range, of a camera
   *     without a clock, counts as the nearest inside
   */
  static Identity of(DeviceName device, String fileName, byte[] content, long modifiedMillis) {
    MessageDigest sha = sha256();
    sha.update((device + "/" + fileName).getBytes(StandardCharsets.UTF_8));
    sha.update((byte) 0);
    String digest = HexFormat.of().formatHex(sha.digest(content)).substring(0, DIGEST_CHARS);
    return new Identity(
        legalStem(fileName) + "-" + digest,
        Math.clamp(modifiedMillis, 0, Limits.MAX_TIMESTAMP_MILLIS));
  }

  /** The identity of a wafer of a fab's file. */
  static Identity of(InspectionName name) {
    return new Identity(name.imgid(), name.timestampMillis());
  }

  /** The name without its last extension; what no name may hold becomes an underscore. */
  private static String legalStem(String fileName) {
    int dot = fileName.lastIndexOf('.');
    String stem = dot > 0 ? fileName.substring(0, dot) : fileName;
    String legal = stem.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^\\.", "_");
    return legal.length() <= MAX_STEM_CHARS ? legal : legal.substring(0, MAX_STEM_CHARS);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
