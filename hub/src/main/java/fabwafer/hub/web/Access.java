package fabwafer.hub.web;

import java.util.Locale;
import java.util.Optional;

/** Who may call a route; {@code x-role} in openapi.yaml. Judged in {@link Gate} and only there. */
public enum Access {
  /** Anyone. */
  OPEN,
  /**
   * A program without an account: this machine's, or one that has the machine token; else a viewer,
   * by session or API token.
   */
  MACHINE,
  VIEWER,
  REVIEWER,
  APPROVER,
  ADMIN;

  /** As openapi.yaml spells it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role that an account needs; empty where no account is needed. */
  Optional<Role> leastRole() {
    return switch (this) {
      case OPEN -> Optional.empty();
      case MACHINE, VIEWER -> Optional.of(Role.VIEWER);
      case REVIEWER -> Optional.of(Role.REVIEWER);
      case APPROVER -> Optional.of(Role.APPROVER);
      case ADMIN -> Optional.of(Role.ADMIN);
    };
  }

  /** The scope that an API token needs, unless the route says another. */
  Scope scope() {
    return switch (this) {
      case OPEN, VIEWER -> Scope.READ;
      case MACHINE -> Scope.CLASSIFY;
      case REVIEWER -> Scope.REVIEW;
      case APPROVER -> Scope.APPROVE;
      case ADMIN -> Scope.ADMIN;
    };
  }
}
