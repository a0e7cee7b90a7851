package fabwafer.hub.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** How entries are bound to each other. */
final class AuditChain {
  /** What the first entry of all follows. */
  static final String START = "0".repeat(64);

  private AuditChain() {}

  /**
   * The hash of an entry: SHA-256 in hexadecimal of eight lines in UTF-8, divided by a line feed:
   * the hash before, id, time in milliseconds, actor, action, object, address (or nothing), detail.
   * None of them holds a line feed, so no two entries have the same lines.
   */
  static String hash(
      String before,
      long id,
      long atMillis,
      String actor,
      String action,
      String object,
      Optional<String> from,
      String detail) {
    String lines =
        String.join(
            "\n",
            before,
            String.valueOf(id),
            String.valueOf(atMillis),
            actor,
            action,
            object,
            from.orElse(""),
            detail);
    return HexFormat.of().formatHex(sha256().digest(lines.getBytes(UTF_8)));
  }

  /** Whether an entry is as it was written, after the one of that hash. */
  static boolean follows(AuditEntry entry, String before) {
    return entry
        .hash()
        .equals(
            hash(
                before,
                entry.id(),
                entry.atMillis(),
                entry.actor(),
                entry.action(),
                entry.object(),
                entry.from(),
                entry.detail()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
