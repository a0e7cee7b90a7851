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
 * Slows guessing down: after a few wrong passwords for one account from one address, many from one
 * address, or many for one account from anywhere, further tries wait, each twice as long as the one
 * before.
 *
 * <p>What strangers do keeps nobody out of their account: its wait is for addresses from which
 * nobody logged in to it, it is short, and it is not for this machine.
 */
final class LoginThrottle {
  /** Wrong passwords for one account from one address before tries wait: people mistype. */
  static final int FREE_TRIES = 5;

  /** Wrong passwords from one address, over all accounts: a control room may share one. */
  static final int FREE_TRIES_OF_ADDRESS = 50;

  /** Wrong passwords for one account from addresses that it does not know, all together. */
  static final int FREE_TRIES_OF_ACCOUNT = 20;

  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

  /** Longest wait of an address. */
  static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  /**
   * Longest wait for an account from addresses that it does not know: as long as somebody at a new
   * address can bear, and still at most 2,880 guesses a day from everywhere.
   */
  static final Duration LONGEST_WAIT_OF_ACCOUNT = Duration.ofSeconds(30);

  /** More would pass the longest wait. */
  private static final int MAX_DOUBLINGS = 16;

  /** After this time without a try all is forgotten. */
  private static final Duration FORGET = Duration.ofMinutes(15);

  /** How long an account knows an address from which somebody logged in to it. */
  static final Duration KNOW = Duration.ofDays(30);

  /** Most accounts and addresses remembered; the longest unused are forgotten first. */
  private static final int MAX_REMEMBERED = 20_000;

  private static final int IPV6_NETWORK_BYTES = 8;

  private record Tries(int count, long lastMillis, long waitUntilMillis) {}

  private final InstantSource clock;
  private final Map<String, Tries> remembered = new Bounded<>();

  /**
   * Account and address by when somebody last logged in. Apart from what is remembered of tries, so
   * that no number of strangers makes an account forget its own.
   */
  private final Map<String, Long> known = new Bounded<>();

  private static final class Bounded<V> extends LinkedHashMap<String, V> {
    private static final long serialVersionUID = 1L;

    Bounded() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
      return size() > MAX_REMEMBERED;
    }
  }

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
    boolean stranger = isStranger(now, user, network, address);
    long wait = Math.max(waitOf(now, pairOf(user, network)), waitOf(now, network));
    if (stranger) {
      wait = Math.max(wait, waitOf(now, accountOf(user)));
    }
    if (wait > 0) {
      throw ProblemException.tooMany(
          "too many wrong passwords; the next try is possible in %d s"
              .formatted((wait + 999) / 1000),
          Duration.ofMillis(wait));
    }
    count(now, pairOf(user, network), FREE_TRIES, LONGEST_WAIT);
    count(now, network, FREE_TRIES_OF_ADDRESS, LONGEST_WAIT);
    if (stranger) {
      count(now, accountOf(user), FREE_TRIES_OF_ACCOUNT, LONGEST_WAIT_OF_ACCOUNT);
    }
  }

  /** Notes that the password was right. */
  synchronized void succeeded(String user, String address) {
    long now = clock.millis();
    String network = networkOf(address);
    remembered.remove(pairOf(user, network));
    remembered.computeIfPresent(
        network,
        (key, tries) -> tries.count <= 1 ? null : new Tries(tries.count - 1, tries.lastMillis, 0));
    if (isStranger(now, user, network, address)) {
      // The wait that this try began stays: others may be guessing at the same time.
      remembered.computeIfPresent(
          accountOf(user),
          (key, tries) ->
              tries.count <= 1
                  ? null
                  : new Tries(tries.count - 1, tries.lastMillis, tries.waitUntilMillis));
    }
    known.put(pairOf(user, network), now);
  }

  /** Whether nobody logged in to the account from there of late, and it is another machine. */
  private boolean isStranger(long now, String user, String network, String address) {
    @Nullable Long last = known.get(pairOf(user, network));
    boolean isKnown = last != null && now - last <= KNOW.toMillis();
    return !isKnown && !isThisMachine(address);
  }

  private static boolean isThisMachine(String address) {
    try {
      return InetAddress.ofLiteral(address).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private long waitOf(long now, String key) {
    @Nullable Tries tries = remembered.get(key);
    return tries == null ? 0 : tries.waitUntilMillis - now;
  }

  private void count(long now, String key, int free, Duration longest) {
    @Nullable Tries before = remembered.get(key);
    int count =
        before == null || now - before.lastMillis > FORGET.toMillis() ? 1 : before.count + 1;
    long wait =
        count < free
            ? 0
            : Math.min(
                longest.toMillis(), FIRST_WAIT.toMillis() << Math.min(count - free, MAX_DOUBLINGS));
    remembered.put(key, new Tries(count, now, now + wait));
  }

  private static String accountOf(String user) {
    return user + "\n";
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
