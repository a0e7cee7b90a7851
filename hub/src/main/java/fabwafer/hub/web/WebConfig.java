package fabwafer.hub.web;

import fabwafer.hub.HubException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How the web server is to be.
 *
 * @param host the address to listen on; {@code 127.0.0.1} for this machine only
 * @param port the port to listen on, 0 for any free one; beside HTTPS it only sends browsers there
 * @param https the HTTPS port, where there is one
 * @param openHttp whether plain HTTP may be spoken with other machines
 * @param machineToken what a program sends as {@code Authorization: Bearer} to call {@code
 *     /metrics} and {@code /invocations}; without one, programs on this machine may call them
 * @param publicUrl the address that browsers know, where a proxy stands before the hub; with {@code
 *     https} the session cookie is sent over HTTPS alone
 * @param trustedProxies the proxies whose {@code X-Forwarded-For} says where a request came from
 */
public record WebConfig(
    String host,
    int port,
    Optional<Https> https,
    boolean openHttp,
    Optional<String> machineToken,
    Optional<URI> publicUrl,
    List<Network> trustedProxies) {
  /** Fewest characters of a machine token: 16 random bytes in hexadecimal. */
  public static final int MIN_TOKEN_CHARS = 32;

  private static final int MAX_PORT = 65_535;

  /**
   * The HTTPS port.
   *
   * @param port the port, 0 for any free one
   * @param own the operator's own certificate; without one the hub's authority issues it
   */
  public record Https(int port, Optional<Pem> own) {}

  /**
   * A certificate in PEM files.
   *
   * @param chain the server's certificate, then those that issued it
   * @param key its private key
   */
  public record Pem(Path chain, Path key) {}

  public WebConfig {
    trustedProxies = List.copyOf(trustedProxies);
  }

  /** Without a proxy that is trusted. */
  public WebConfig(
      String host,
      int port,
      Optional<Https> https,
      boolean openHttp,
      Optional<String> machineToken,
      Optional<URI> publicUrl) {
    this(host, port, https, openHttp, machineToken, publicUrl, List.of());
  }

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
    if (isOpen() && !openHttp) {
      throw new HubException(
          ("plain HTTP on %s would let everybody on the network read passwords and wafers along:"
                  + " set hub.https-port (the hub makes its certificate itself), or"
                  + " hub.http-host = 127.0.0.1 behind a proxy on this machine, or, if the network"
                  + " may be trusted, hub.http-allow-open = true")
              .formatted(host));
    }
  }

  /** A server on this machine's loopback address alone, with the defaults. */
  public static WebConfig loopback(int port) {
    return new WebConfig(
        "127.0.0.1", port, Optional.empty(), false, Optional.empty(), Optional.empty());
  }

  /** Whether wafers and passwords go over plain HTTP to other machines. */
  boolean isOpen() {
    if (https.isPresent()) {
      return false;
    }
    try {
      return !InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      // Told by the connector, which cannot listen there.
      return false;
    }
  }

  private static boolean isWebAddress(URI url) {
    return url.getHost() != null
        && ("http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme()));
  }

  /** Whether browsers reach the hub over HTTPS. */
  boolean isSecure() {
    return https.isPresent()
        || publicUrl.map(URI::getScheme).filter("https"::equalsIgnoreCase).isPresent();
  }

  /** Without the token. */
  @Override
  public String toString() {
    return ("WebConfig[host=%s, port=%d, https=%s, openHttp=%s, machineToken=%s, publicUrl=%s,"
            + " trustedProxies=%s]")
        .formatted(
            host,
            port,
            https.orElse(null),
            openHttp,
            machineToken.isPresent() ? "set" : "none",
            publicUrl.orElse(null),
            trustedProxies);
  }
}
