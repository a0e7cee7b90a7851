package fabwafer.hub.audit;

import java.util.Optional;

/**
 * Which entries.
 *
 * @param actor only this one's
 * @param action only this action, or those below it: {@code account} for {@code account.changed}
 * @param object only what was done to this
 * @param fromMillis from this time, inclusive
 * @param toMillis to this time, inclusive
 */
public record AuditQuery(
    Optional<String> actor,
    Optional<String> action,
    Optional<String> object,
    long fromMillis,
    long toMillis) {
  /** Every entry. */
  public static final AuditQuery ALL =
      new AuditQuery(
          Optional.empty(), Optional.empty(), Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE);
}
