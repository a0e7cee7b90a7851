package fabwafer.hub.account;

import fabwafer.hub.web.ProblemException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Slows guessing down: after a few wrong passwords for one account from one address, or many from
 * one address, further tries wait, each twice as long as the one before. Others may still log in to
 * that account from elsewhere.
 */
final class LoginThrottle {
  /** Wrong passwords for one account from one address before tries wait: people mistype. */
  static final int FREE_TRIES = 5;

  /** Wrong passwords from one address, over all accounts: a control room may share one. */
  static final int FREE_TRIES_OF_ADDRESS = 50;

  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

  /** Longest wait. */
  static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  /** More would pass the longest wait. */
  private static final int MAX_DOUBLINGS = 16;

  /** After this time without a try all is forgotten. */
  private static final Duration FORGET = Duration.ofMinutes(15);

  /** Most accounts and addresses remembered; the longest unused are forgotten first. */
  private static final int MAX_REMEMBERED = 20_000;

  private static final int IPV6_NETWORK_BYTES = 8;

  private record Tries(int count, long lastMillis, long waitUntilMillis) {}

  private final InstantSource clock;
  private final Map<String, Tries> remembered =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Tries> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  LoginThrottle(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Counts a try before its password is looked at, so that tries at the same time all count.
   *
   * @throws ProblemException if this try has to wait
   */
  synchronized void begin(String user, String address) {
    long now = clock.millis();
    String network = networkOf(address);
    long wait = Math.max(waitOf(now, pairOf(user, network)), waitOf(now, network));
    if (wait > 0) {
      throw ProblemException.tooMany(
          "too many wrong passwords; the next try is possible in %d s"
              .formatted((wait + 999) / 1000),
          Duration.ofMillis(wait));
    }
    count(now, pairOf(user, network), FREE_TRIES);
    count(now, network, FREE_TRIES_OF_ADDRESS);
  }

  /** Notes that the password was right. */
  synchronized void succeeded(String user, String address) {
    String network = networkOf(address);
    remembered.remove(pairOf(user, network));
    remembered.computeIfPresent(
        network,
        (key, tries) -> tries.count <= 1 ? null : new Tries(tries.count - 1, tries.lastMillis, 0));
  }

  private long waitOf(long now, String key) {
    @Nullable Tries tries = remembered.get(key);
    return tries == null ? 0 : tries.waitUntilMillis - now;
  }

  private void count(long now, String key, int free) {
    @Nullable Tries before = remembered.get(key);
    int count =
        before == null || now - before.lastMillis > FORGET.toMillis() ? 1 : before.count + 1;
    long wait =
        count < free
            ? 0
            : Math.min(
                LONGEST_WAIT.toMillis(),
                FIRST_WAIT.toMillis() << Math.min(count - free, MAX_DOUBLINGS));
    remembered.put(key, new Tries(count, now, now + wait));
  }

  private static String pairOf(String user, String network) {
    return user + "\n" + network;
  }

  /** An IPv4 address, or the network of an IPv6 address: whoever has one has all of it. */
  private static String networkOf(String address) {
    try {
      byte[] bytes = InetAddress.ofLiteral(address).getAddress();
      return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, IPV6_NETWORK_BYTES));
    } catch (IllegalArgumentException e) {
      return address;
    }
  }
}
