package fabwafer.hub.device;

import fabwafer.hub.account.Passwords;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.certificate.CertificateAuthority;
import fabwafer.hub.certificate.CertificateRequest;
import fabwafer.hub.certificate.Keys;
import fabwafer.hub.database.Database;
import fabwafer.hub.device.DeviceException.Reason;
import fabwafer.protocol.Names;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ObjectNode;

/**
 * The devices of a hub's data folder. Whatever changes one is in the audit, in the same
 * transaction; a running hub sees it within seconds, whoever changed it.
 */
public final class Devices {
  /** Most devices: as many as may be connected at a time. */
  public static final int MAX_DEVICES = 20_000;

  /** Most cameras that a device may name; one that speaks for more speaks for the fab. */
  public static final int MAX_CAMERAS = 64;

  /** How long a token may be used where nothing else is said. */
  public static final Duration TOKEN_LIFETIME = Duration.ofHours(1);

  /** Longest time that a token may be used. */
  public static final Duration MAX_TOKEN_LIFETIME = Duration.ofDays(7);

  private final Database database;
  private final AuditLog audit;
  private final CertificateAuthority authority;
  private final InstantSource clock;
  private final Passwords passwords = new Passwords();

  /** The devices in a database. */
  public Devices(
      Database database, AuditLog audit, CertificateAuthority authority, InstantSource clock) {
    this.database = database;
    this.audit = audit;
    this.authority = authority;
    this.clock = clock;
  }

  /**
   * A device, and what is told of its credential only now.
   *
   * @param secret a password or a token
   */
  public record WithSecret(Device device, String secret) {
    /** Without the secret. */
    @Override
    public String toString() {
      return device.toString();
    }
  }

  /** A device and the certificate it got. */
  public record Enrolled(Device device, X509Certificate certificate) {}

  /** Which devices there are at a version. */
  record All(long version, List<Device> devices) {}

  /** Every device, by name. */
  public List<Device> list() {
    return database.read(DeviceRows::all);
  }

  All all() {
    return database.read(handle -> new All(DeviceRows.version(handle), DeviceRows.all(handle)));
  }

  long version() {
    return database.read(DeviceRows::version);
  }

  /**
   * Adds a device; one that was revoked may be added again.
   *
   * @param cameras empty for all of the fab
   * @param tokenLifetime how long its token may be used, where it gets one
   * @throws DeviceException if a name is none, the device is there, or there are too many
   */
  public WithSecret add(
      Actor actor,
      String name,
      String fab,
      List<String> cameras,
      Device.Kind kind,
      Duration tokenLifetime) {
    requireName("the device's name", name);
    requireName("fab", fab);
    cameras.forEach(camera -> requireName("camera", camera));
    if (cameras.size() > MAX_CAMERAS || new HashSet<>(cameras).size() < cameras.size()) {
      throw new DeviceException(
          Reason.BAD_VALUE,
          "cameras must be at most %d different ones, got %d; none stands for all of the fab"
              .formatted(MAX_CAMERAS, cameras.size()));
    }
    requireLifetime(tokenLifetime);
    NewCredential credential = newCredential(kind, tokenLifetime);
    return database.write(
        handle -> {
          Optional<Device> before = DeviceRows.find(handle, name);
          if (before.filter(there -> !there.revoked()).isPresent()) {
            throw new DeviceException(
                Reason.CONFLICT,
                "there is a device %s already; rotate gives it a new credential, revoke ends it"
                    .formatted(name));
          }
          if (before.filter(there -> !there.fab().equals(fab)).isPresent()) {
            // What the broker keeps under its client identifiers is of its fab.
            throw new DeviceException(
                Reason.CONFLICT,
                "the revoked device %s was of %s; a name stays with its fab, take another"
                    .formatted(name, before.get().fab()));
          }
          if (before.isEmpty() && DeviceRows.count(handle) >= MAX_DEVICES) {
            throw new DeviceException(
                Reason.CONFLICT,
                "there are %,d devices, which is the limit".formatted(MAX_DEVICES));
          }
          Device device =
              new Device(
                  name,
                  fab,
                  cameras,
                  false,
                  before.map(Device::credential).orElse(0L) + 1,
                  credential.passwordHash(),
                  Optional.empty(),
                  Optional.empty(),
                  credential.tokenEndsMillis(),
                  clock.millis(),
                  actor.name(),
                  Optional.empty(),
                  Optional.empty());
          DeviceRows.put(handle, device, credential.tokenDigest());
          tell(handle, actor, "device.added", device);
          return new WithSecret(device, credential.secret());
        });
  }

  /**
   * Gives a device a new credential. A password counts at once, and the old one no more; a
   * certificate stays until the device has enrolled with the new token.
   *
   * @param kind which it is to have; empty for the same as before
   * @throws DeviceException if there is none, or it is revoked
   */
  public WithSecret rotate(
      Actor actor, String name, Optional<Device.Kind> kind, Duration tokenLifetime) {
    requireLifetime(tokenLifetime);
    Device.Kind wanted =
        kind.orElseGet(() -> database.read(handle -> require(handle, name)).kind());
    NewCredential credential = newCredential(wanted, tokenLifetime);
    return database.write(
        handle -> {
          Device after = requireUsable(handle, name).with(credential);
          DeviceRows.put(handle, after, credential.tokenDigest());
          tell(handle, actor, "device.rotated", after);
          return new WithSecret(after, credential.secret());
        });
  }

  /**
   * Ends a device: its credential counts no more, and a connection it has is cut within seconds.
   *
   * @throws DeviceException if there is none, or it is revoked already
   */
  public Device revoke(Actor actor, String name) {
    return database.write(
        handle -> {
          Device after = requireUsable(handle, name).ended();
          DeviceRows.put(handle, after, Optional.empty());
          tell(handle, actor, "device.revoked", after);
          return after;
        });
  }

  /**
   * Refuses a token that is none, so that a stranger's costs no more than a look.
   *
   * @throws DeviceException if no device that may enrol has it
   */
  void requireToken(String token) {
    database.read(handle -> byToken(handle, token));
  }

  /**
   * Issues the certificate of a device that shows its token; the token is used up with it.
   *
   * @param from the numeric address it asks from
   * @throws DeviceException if the token is none, used or over
   */
  public Enrolled enrol(String token, CertificateRequest request, String from) {
    String key = Keys.fingerprint(request.key());
    return database.write(
        handle -> {
          Device before = byToken(handle, token);
          if (DeviceRows.byKey(handle, key)
              .filter(other -> !other.name().equals(before.name()))
              .isPresent()) {
            throw new DeviceException(
                Reason.CONFLICT, "another device has this key; each makes its own");
          }
          X509Certificate certificate = authority.issue(request, before.name());
          Device after = before.certified(key, certificate);
          DeviceRows.put(handle, after, Optional.empty());
          tell(handle, actor(after, from), "device.enrolled", after);
          return new Enrolled(after, certificate);
        });
  }

  /**
   * Issues another certificate for the key that a device is known by; the request's signature shows
   * that it has that key. Only once two thirds of the current one are over.
   *
   * @throws DeviceException if no device has that key, its certificate is over, or it is too early
   */
  public Enrolled renew(CertificateRequest request, String from) {
    String key = Keys.fingerprint(request.key());
    // Looked at before anything is locked: whoever asks may be anybody.
    database.read(handle -> byKey(handle, key));
    long now = clock.millis();
    return database.write(
        handle -> {
          Device before = byKey(handle, key);
          long early = CertificateAuthority.DEVICE_LIFETIME.dividedBy(3).toMillis();
          if (before.certificateEndsMillis().orElse(0L) - now > early) {
            throw new DeviceException(
                Reason.CONFLICT, "the certificate is renewed in the last third of its time only");
          }
          X509Certificate certificate = authority.issue(request, before.name());
          Device after = before.certified(key, certificate);
          DeviceRows.put(handle, after, Optional.empty());
          tell(handle, actor(after, from), "device.renewed", after);
          return new Enrolled(after, certificate);
        });
  }

  /** Notes when and where from devices were last connected. */
  void seen(Map<String, DeviceGate.Seen> seen) {
    database.change(
        handle ->
            seen.forEach(
                (name, last) -> DeviceRows.seen(handle, name, last.millis(), last.address())));
  }

  /** Whether a password is a device's; some 50 ms. */
  boolean isRight(String password, Device device) {
    return passwords.isRight(password, device.passwordHash());
  }

  /** A device as the audit names it. */
  public static Actor actor(Device device, String from) {
    return new Actor("device:" + device.name(), Optional.of(from));
  }

  private Device byKey(Handle handle, String key) {
    long now = clock.millis();
    return DeviceRows.byKey(handle, key)
        .filter(device -> device.state(now) == Device.State.ACTIVE)
        .orElseThrow(
            () ->
                new DeviceException(
                    Reason.NOT_ALLOWED,
                    "no device has a valid certificate with this key: it was revoked or is over;"
                        + " ask for a token and enrol again"));
  }

  private Device byToken(Handle handle, String token) {
    Device device =
        EnrolmentToken.digest(token)
            .flatMap(digest -> DeviceRows.byToken(handle, digest))
            .filter(found -> !found.revoked())
            .orElseThrow(
                () ->
                    new DeviceException(
                        Reason.NOT_ALLOWED,
                        "the token is none of this hub's, or was used; ask for another"));
    long ends = device.tokenEndsMillis().orElse(0L);
    if (ends <= clock.millis()) {
      throw new DeviceException(
          Reason.NOT_ALLOWED,
          "the token ended at %s; ask for another".formatted(Instant.ofEpochMilli(ends)));
    }
    return device;
  }

  private NewCredential newCredential(Device.Kind kind, Duration tokenLifetime) {
    return switch (kind) {
      case PASSWORD -> NewCredential.password(passwords);
      case CERTIFICATE -> NewCredential.token(authority, clock.millis() + tokenLifetime.toMillis());
    };
  }

  private void tell(Handle handle, Actor actor, String action, Device device) {
    ObjectNode detail =
        AuditLog.detail()
            .put("fab", device.fab())
            .put("cameras", device.cameras().isEmpty() ? "all" : String.join(",", device.cameras()))
            .put("credential", device.kind().word());
    device.keyFingerprint().ifPresent(key -> detail.put("key", key));
    device.certificateEndsMillis().ifPresent(ends -> detail.put("certificateEnds", ends));
    device.tokenEndsMillis().ifPresent(ends -> detail.put("tokenEnds", ends));
    audit.append(handle, actor, action, "device:" + device.name(), detail);
  }

  private static Device require(Handle handle, String name) {
    return DeviceRows.find(handle, name)
        .orElseThrow(() -> new DeviceException(Reason.NOT_FOUND, "there is no such device"));
  }

  private static Device requireUsable(Handle handle, String name) {
    Device device = require(handle, name);
    if (device.revoked()) {
      throw new DeviceException(
          Reason.CONFLICT, "the device %s is revoked; add it again".formatted(name));
    }
    return device;
  }

  private static void requireName(String what, String name) {
    if (!Names.isName(name)) {
      throw new DeviceException(
          Reason.BAD_VALUE, what + " must be 1 to 128 of A-Z a-z 0-9 . _ - without a leading dot");
    }
  }

  private static void requireLifetime(Duration lifetime) {
    if (!lifetime.isPositive() || lifetime.compareTo(MAX_TOKEN_LIFETIME) > 0) {
      throw new DeviceException(
          Reason.BAD_VALUE,
          "a token's lifetime must be up to %d days".formatted(MAX_TOKEN_LIFETIME.toDays()));
    }
  }
}
