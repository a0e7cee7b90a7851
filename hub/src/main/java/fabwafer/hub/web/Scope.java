package fabwafer.hub.web;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What an API token may be used for; never more than its owner's role allows. */
public enum Scope {
  /** Reading what a viewer sees. */
  READ(Role.VIEWER),
  /** What a reviewer may do, and reading. */
  REVIEW(Role.REVIEWER),
  /** What an approver may do, and all before. */
  APPROVE(Role.APPROVER),
  /** Sending wafers. */
  INGEST(Role.REVIEWER),
  /** {@code GET /metrics}. */
  METRICS(Role.VIEWER),
  /** {@code POST /invocations}. */
  CLASSIFY(Role.VIEWER),
  /** Everything that a program may do. */
  ADMIN(Role.ADMIN);

  private final Role least;

  Scope(Role least) {
    this.least = least;
  }

  /** The role that an account needs to give it to a token. */
  public Role least() {
    return least;
  }

  /** As the REST contract and the database spell it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The scope that a word spells, or empty if it spells none. */
  public static Optional<Scope> ofWord(String word) {
    return Arrays.stream(values()).filter(scope -> scope.word().equals(word)).findFirst();
  }

  /** Whether a token with some scopes may do what this one is for. */
  boolean isIn(Set<Scope> scopes) {
    return scopes.contains(this)
        || scopes.contains(ADMIN)
        || (this == READ && (scopes.contains(REVIEW) || scopes.contains(APPROVE)))
        || (this == REVIEW && scopes.contains(APPROVE));
  }
}
