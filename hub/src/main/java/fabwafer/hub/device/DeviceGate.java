package fabwafer.hub.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.hub.certificate.Keys;
import fabwafer.hub.web.ProblemException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may connect, asked by the broker for every connection and message: answered from memory. What
 * a command or a route changes is seen within {@link #REFRESH}.
 */
public final class DeviceGate implements AutoCloseable {
  /** How often it is looked whether a device changed. */
  public static final Duration REFRESH = Duration.ofSeconds(1);

  /** How often it is written when devices were last seen: each write is a flush of the disk. */
  private static final Duration SEEN_WRITES = Duration.ofSeconds(10);

  /** Wrong passwords of one device from one address, within {@link #WRONG_WINDOW}. */
  private static final int MAX_WRONG = 5;

  private static final Duration WRONG_WINDOW = Duration.ofMinutes(1);
  private static final int MAX_REMEMBERED_WRONG = 10_000;
  private static final String MAC = "HmacSHA256";
  private static final int MAC_KEY_BYTES = 32;
  private static final Logger LOG = LoggerFactory.getLogger(DeviceGate.class);

  private final Devices devices;
  private final InstantSource clock;
  private final SecretKeySpec macKey;
  private final Map<String, String> rightPasswords = new ConcurrentHashMap<>();
  private final Map<String, Wrong> wrong = new LinkedHashMap<>();
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("device-gate").daemon().factory());
  private volatile Known known = new Known(-1, Map.of(), Map.of());
  private volatile Runnable onChange = () -> {};

  private record Known(long version, Map<String, Device> byName, Map<String, Device> byKey) {}

  private record Wrong(int times, long firstMillis) {}

  /** When and where from a device was last connected. */
  record Seen(long millis, Optional<String> address) {}

  /** Whether somebody may connect. */
  public sealed interface Admission {
    /**
     * They may.
     *
     * @param endsMillis when their credential ends, milliseconds since 1970
     */
    record Admitted(Device device, long endsMillis) implements Admission {}

    /**
     * They may not.
     *
     * @param device whom they claim to be, where there is such a device
     * @param reason why, fit to be shown
     */
    record Refused(Optional<Device> device, String reason) implements Admission {}
  }

  /** A gate that knows the devices of now. */
  public DeviceGate(Devices devices, InstantSource clock) {
    this.devices = devices;
    this.clock = clock;
    byte[] random = new byte[MAC_KEY_BYTES];
    new SecureRandom().nextBytes(random);
    this.macKey = new SecretKeySpec(random, MAC);
    refresh();
    repeat(this::refresh, REFRESH);
    repeat(this::writeSeen, SEEN_WRITES);
  }

  /** Has something done after each change of a device, and every {@link #REFRESH} besides. */
  public void onChange(Runnable listener) {
    onChange = listener;
  }

  /** Looks for changes now. */
  public synchronized void refresh() {
    if (devices.version() != known.version) {
      Devices.All all = devices.all();
      Map<String, Device> byName = new HashMap<>();
      Map<String, Device> byKey = new HashMap<>();
      for (Device device : all.devices()) {
        byName.put(device.name(), device);
        device.keyFingerprint().ifPresent(key -> byKey.put(key, device));
      }
      known = new Known(all.version(), byName, byKey);
      rightPasswords.keySet().retainAll(byName.keySet());
    }
    onChange.run();
  }

  /**
   * Judges whoever shows a certificate of the hub's authority; that it is one, and valid now, the
   * TLS listener has seen to.
   */
  public Admission certificate(X509Certificate certificate) {
    Device device = known.byKey.get(Keys.fingerprint(certificate.getPublicKey()));
    if (device == null || device.revoked()) {
      return new Admission.Refused(
          Optional.empty(), "no device has this certificate; it may be revoked or replaced");
    }
    return new Admission.Admitted(device, certificate.getNotAfter().toInstant().toEpochMilli());
  }

  /**
   * Judges whoever gives a name and a password; some 50 ms the first time.
   *
   * @param address where from, for the throttle
   */
  public Admission password(String name, String password, String address) {
    Device device = known.byName.get(name);
    if (device == null || device.passwordHash().isEmpty()) {
      return new Admission.Refused(
          Optional.ofNullable(device), "no device of that name has a password");
    }
    String proof = proof(device, password);
    if (proof.equals(rightPasswords.get(name))) {
      return new Admission.Admitted(device, Long.MAX_VALUE);
    }
    String source = name + " " + address;
    if (isThrottled(source)) {
      return new Admission.Refused(Optional.of(device), "too many wrong passwords; wait a minute");
    }
    try {
      if (!devices.isRight(password, device)) {
        countWrong(source);
        return new Admission.Refused(Optional.of(device), "the password is wrong");
      }
    } catch (ProblemException e) {
      return new Admission.Refused(Optional.of(device), String.valueOf(e.getMessage()));
    }
    rightPasswords.put(name, proof);
    return new Admission.Admitted(device, Long.MAX_VALUE);
  }

  /** Whether an admission still holds. */
  public boolean holds(Admission.Admitted admission) {
    Device now = known.byName.get(admission.device.name());
    return now != null
        && !now.revoked()
        && now.credential() == admission.device.credential()
        && admission.endsMillis > clock.millis();
  }

  /** Whether an MQTT client identifier is some device's, revoked ones included. */
  public boolean isOwned(String clientId) {
    int slash = clientId.indexOf('/');
    return known.byName.containsKey(slash < 0 ? clientId : clientId.substring(0, slash));
  }

  /** Notes that a device is connected. */
  public void seen(Device device, Optional<String> address) {
    seen.put(device.name(), new Seen(clock.millis(), address));
  }

  /** Writes what is to be written. */
  @Override
  public void close() {
    watch.shutdownNow();
    writeSeen();
  }

  private void writeSeen() {
    Map<String, Seen> now = new HashMap<>(seen);
    if (!now.isEmpty()) {
      devices.seen(now);
      now.forEach(seen::remove);
    }
  }

  private void repeat(Runnable work, Duration every) {
    Runnable guarded =
        () -> {
          try {
            work.run();
          } catch (RuntimeException e) {
            // The devices stay as they were last seen; the next time may do better.
            LOG.error("the devices cannot be looked up: {}", e.getMessage());
          }
        };
    var _ =
        watch.scheduleWithFixedDelay(
            guarded, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  private synchronized boolean isThrottled(String source) {
    Wrong before = wrong.get(source);
    if (before == null) {
      return false;
    }
    if (Math.abs(clock.millis() - before.firstMillis) > WRONG_WINDOW.toMillis()) {
      wrong.remove(source);
      return false;
    }
    return before.times >= MAX_WRONG;
  }

  private synchronized void countWrong(String source) {
    Wrong before = wrong.get(source);
    wrong.put(
        source,
        before == null
            ? new Wrong(1, clock.millis())
            : new Wrong(before.times + 1, before.firstMillis));
    if (wrong.size() > MAX_REMEMBERED_WRONG) {
      wrong.remove(wrong.keySet().iterator().next());
    }
  }

  /** What a right password is remembered by: worthless outside this process. */
  private String proof(Device device, String password) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(macKey);
      mac.update((device.name() + "\n" + device.credential() + "\n").getBytes(UTF_8));
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(password.getBytes(UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(digest));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
