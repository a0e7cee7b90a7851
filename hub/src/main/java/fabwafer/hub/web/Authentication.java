package fabwafer.hub.web;

import java.util.Optional;

/** Who a session or token belongs to. Called on the server's threads for every request with one. */
public interface Authentication {
  /**
   * The account of a session that is in use; keeps the session from ending for idleness.
   *
   * @param session what the session cookie holds, from the browser, unchecked
   * @return empty if there is no such session, or it has ended
   */
  Optional<Caller> use(String session);

  /** The account of a session, without keeping it from ending; for streams that nobody watches. */
  Optional<Caller> peek(String session);

  /**
   * The account and the scopes of an API token; notes that it is used.
   *
   * @param token from the caller, unchecked
   * @param address where from
   * @return empty if there is no such token, or it has ended
   */
  Optional<Caller> token(String token, String address);
}
