package fabwafer.hub.web;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an account may do; each role may do what those before it may. */
public enum Role {
  /** Sees wafers, alarms and devices. */
  VIEWER,
  /** Gives ground truth, acknowledges and resolves alarms. */
  REVIEWER,
  /** Approves models. */
  APPROVER,
  /** Keeps accounts and devices, reads the audit. */
  ADMIN;

  /** As the REST contract and the database spell it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role that a word spells, or empty if it spells none. */
  public static Optional<Role> ofWord(String word) {
    return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
  }

  /** Whether it may do all that another may. */
  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }
}
