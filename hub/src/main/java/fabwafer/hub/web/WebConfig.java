package fabwafer.hub.web;

import fabwafer.hub.HubException;
import java.net.URI;
import java.util.Optional;

/**
 * How the web server is to be.
 *
 * @param host the address to listen on; {@code 127.0.0.1} for this machine only
 * @param port the port to listen on, 0 for any free one
 * @param machineToken what a program sends as {@code Authorization: Bearer} to call {@code
 *     /metrics} and {@code /invocations}; without one, programs on this machine may call them
 * @param publicUrl the address that browsers know, where a proxy stands before the hub; with {@code
 *     https} the session cookie is sent over HTTPS alone
 */
public record WebConfig(
    String host, int port, Optional<String> machineToken, Optional<URI> publicUrl) {
  /** Fewest characters of a machine token: 16 random bytes in hexadecimal. */
  public static final int MIN_TOKEN_CHARS = 32;

  private static final int MAX_PORT = 65_535;

  /**
   * Refuses what no server can be started with.
   *
   * @throws HubException if one of them is out of its limits
   */
  void requireUsable() {
    if (host.isBlank() || port < 0 || port > MAX_PORT) {
      throw new HubException(
          "the web server needs a host and a port of 0 to %d, got '%s' and %d"
              .formatted(MAX_PORT, host, port));
    }
    if (machineToken.filter(token -> token.length() < MIN_TOKEN_CHARS).isPresent()) {
      throw new HubException(
          "the machine token must be at least %d characters".formatted(MIN_TOKEN_CHARS));
    }
    if (publicUrl.filter(url -> !isWebAddress(url)).isPresent()) {
      throw new HubException(
          "the public URL must be http://… or https://…, got " + publicUrl.get());
    }
  }

  /** A server on this machine's loopback address alone, with the defaults. */
  public static WebConfig loopback(int port) {
    return new WebConfig("127.0.0.1", port, Optional.empty(), Optional.empty());
  }

  private static boolean isWebAddress(URI url) {
    return url.getHost() != null
        && ("http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme()));
  }

  boolean https() {
    return publicUrl.map(URI::getScheme).filter("https"::equalsIgnoreCase).isPresent();
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "WebConfig[host=%s, port=%d, machineToken=%s, publicUrl=%s]"
        .formatted(host, port, machineToken.isPresent() ? "set" : "none", publicUrl.orElse(null));
  }
}
