package fabwafer.hub.web;

import fabwafer.hub.HubException;
import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Addresses with the same first bits: one address, or a network such as {@code 10.1.0.0/16}.
 *
 * @param address one of them
 * @param bits how many bits they share, 0 to 32, of IPv6 to 128
 */
public record Network(InetAddress address, int bits) {
  /**
   * Reads {@code 10.1.0.0/16}, {@code fd00::/8} or an address alone.
   *
   * @throws HubException if it is none
   */
  public static Network of(String text) {
    String[] parts = text.split("/", 2);
    try {
      InetAddress address = InetAddress.ofLiteral(parts[0]);
      int all = address instanceof Inet4Address ? Integer.SIZE : 4 * Integer.SIZE;
      int bits = parts.length == 1 ? all : Integer.parseInt(parts[1]);
      if (bits >= 0 && bits <= all) {
        return new Network(address, bits);
      }
    } catch (IllegalArgumentException e) {
      throw new HubException("'" + text + "' is no address or network such as 10.1.0.0/16", e);
    }
    throw new HubException("'" + text + "' is no network such as 10.1.0.0/16");
  }

  /** Whether an address is one of them. */
  public boolean holds(InetAddress other) {
    byte[] ours = address.getAddress();
    byte[] theirs = other.getAddress();
    if (theirs.length != ours.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> bit % 8;
      if ((theirs[bit / 8] & mask) != (ours[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
