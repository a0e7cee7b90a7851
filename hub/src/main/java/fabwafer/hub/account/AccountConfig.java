package fabwafer.hub.account;

import java.time.Duration;

/**
 * How long sessions last.
 *
 * @param idle a session that nobody uses ends after this
 * @param longest a session ends after this, used or not
 */
public record AccountConfig(Duration idle, Duration longest) {
  /** A shift, and a week. */
  public static final AccountConfig DEFAULT =
      new AccountConfig(Duration.ofHours(8), Duration.ofDays(7));
}
