package fabwafer.hub.web;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * The proxies whose word counts for where a request came from. Each proxy appends to {@code
 * X-Forwarded-For} the address that it was asked from, so the list is read from its end, as long as
 * the speaker is one of ours; what stands before may be anybody's invention.
 */
final class TrustedProxies {
  static final String HEADER = "X-Forwarded-For";

  private final List<Network> networks;

  TrustedProxies(List<Network> networks) {
    this.networks = networks;
  }

  /**
   * The numeric address of the one who asks.
   *
   * @param remote the address that the connection comes from
   * @param forwardedFor the header's lines, as they came
   */
  String clientOf(String remote, List<String> forwardedFor) {
    if (networks.isEmpty() || !isOurs(remote)) {
      return remote;
    }
    String client = remote;
    for (String said : said(forwardedFor)) {
      String address = said.strip();
      try {
        // Told in one form, whatever the proxy writes; no name is ever looked up.
        client = InetAddress.ofLiteral(address).getHostAddress();
      } catch (IllegalArgumentException e) {
        return client;
      }
      if (!isOurs(client)) {
        return client;
      }
    }
    return client;
  }

  /** Who was asked from where, the nearest first. */
  private static List<String> said(List<String> forwardedFor) {
    return forwardedFor.stream()
        .flatMap(line -> Arrays.stream(line.split(",", -1)))
        .toList()
        .reversed();
  }

  private boolean isOurs(String address) {
    try {
      InetAddress numeric = InetAddress.ofLiteral(address);
      return networks.stream().anyMatch(network -> network.holds(numeric));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
