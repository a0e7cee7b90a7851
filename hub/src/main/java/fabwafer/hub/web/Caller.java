package fabwafer.hub.web;

/**
 * Who sends a request.
 *
 * @param user the account's name
 * @param role the account's role at the time of the request
 */
public record Caller(String user, Role role) {
  /** The caller as the audit names it. */
  public String actor() {
    return "user:" + user;
  }
}
