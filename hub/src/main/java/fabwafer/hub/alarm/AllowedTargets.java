package fabwafer.hub.alarm;

import fabwafer.hub.HubException;
import fabwafer.hub.web.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where notices may be posted to: addresses of the internet, and what the operator names. Whoever
 * can bend a name to an address of the fab's own network must not make the hub speak to it. Judged
 * by the addresses that a name has now, every time.
 */
final class AllowedTargets {
  /**
   * Addresses that are no internet host's (IANA's special-purpose registries), beside those that
   * the JDK knows: loopback, link-local (cloud metadata too), private, multicast, unspecified.
   */
  private static final List<Network> SPECIAL =
      networks(
          "0.0.0.0/8",
          "100.64.0.0/10",
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.88.99.0/24",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "240.0.0.0/4",
          "64:ff9b::/96",
          "64:ff9b:1::/48",
          "100::/64",
          "2001::/23",
          "2001:db8::/32",
          "2002::/16",
          "3fff::/20",
          "5f00::/16",
          "fc00::/7",
          "fec0::/10",
          "::/96");

  private final Set<String> hosts = new TreeSet<>();
  private final List<Network> networks = new ArrayList<>();

  /**
   * Targets.
   *
   * @param allowed host names, addresses, and networks such as {@code 10.1.0.0/16}
   * @throws HubException if one of them is none
   */
  AllowedTargets(List<String> allowed) {
    for (String text : allowed) {
      if (text.matches("[0-9.]+(/.*)?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(/.*)?")) {
        networks.add(Network.of(text));
      } else if (text.matches("[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?")) {
        hosts.add(text.toLowerCase(Locale.ROOT));
      } else {
        throw new HubException(
            "hub.alarm-webhook-allow must be host names, addresses or networks such as"
                + " 10.1.0.0/16, got '"
                + text
                + "'");
      }
    }
  }

  /**
   * The address to connect to.
   *
   * @throws IOException if the name has none, or one that is not allowed
   */
  InetAddress addressOf(String host) throws IOException {
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(bare);
    } catch (UnknownHostException e) {
      throw new IOException("the host " + host + " has no address", e);
    }
    if (!hosts.contains(bare.toLowerCase(Locale.ROOT))) {
      for (InetAddress address : addresses) {
        if (!isPublic(address) && networks.stream().noneMatch(known -> known.holds(address))) {
          throw new IOException(
              "%s is %s, an address inside the network; hub.alarm-webhook-allow lets it"
                  .formatted(host, address.getHostAddress()));
        }
      }
    }
    return addresses[0];
  }

  private static boolean isPublic(InetAddress address) {
    return !address.isLoopbackAddress()
        && !address.isAnyLocalAddress()
        && !address.isLinkLocalAddress()
        && !address.isSiteLocalAddress()
        && !address.isMulticastAddress()
        && SPECIAL.stream().noneMatch(network -> network.holds(address));
  }

  private static List<Network> networks(String... texts) {
    return Arrays.stream(texts).map(Network::of).toList();
  }
}
