package fabwafer.hub.device;

import fabwafer.protocol.DeviceName;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that may connect to the broker: an agent, or a device that speaks MQTT itself.
 *
 * @param name what its credential and its MQTT client identifiers carry
 * @param fab whose cameras it may speak for
 * @param cameras the cameras it may speak for; empty for all of its fab
 * @param revoked whether it may do nothing any more
 * @param credential how many credentials it had, this one included
 * @param passwordHash its password's, where it has one
 * @param keyFingerprint its certificate's key, where it has one
 * @param certificateEndsMillis when its newest certificate ends, milliseconds since 1970
 * @param tokenEndsMillis until when it may enrol, where a token is out
 * @param createdMillis when it was added
 * @param createdBy who added it, as the audit names them
 * @param lastSeenMillis when it last was connected
 * @param lastAddress where it was connected from then
 */
public record Device(
    String name,
    String fab,
    List<String> cameras,
    boolean revoked,
    long credential,
    Optional<String> passwordHash,
    Optional<String> keyFingerprint,
    Optional<Long> certificateEndsMillis,
    Optional<Long> tokenEndsMillis,
    long createdMillis,
    String createdBy,
    Optional<Long> lastSeenMillis,
    Optional<String> lastAddress) {

  /** What a device can do now. */
  public enum State {
    /** It has no credential yet; its token is out. */
    WAITING,
    /** Its token ended unused, or its certificate ended: it needs a new token. */
    EXPIRED,
    ACTIVE,
    REVOKED;

    /** As REST and the command line spell it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** By what a device is known. */
  public enum Kind {
    /** A certificate of the hub's authority, got with a one-time token. */
    CERTIFICATE,
    PASSWORD;

    /** As REST and the command line spell it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Device {
    cameras = List.copyOf(cameras);
  }

  /** By what it is known, or will be. */
  public Kind kind() {
    return passwordHash.isPresent() ? Kind.PASSWORD : Kind.CERTIFICATE;
  }

  /** What it can do at a time. */
  public State state(long nowMillis) {
    if (revoked) {
      return State.REVOKED;
    }
    if (passwordHash.isPresent()
        || certificateEndsMillis.filter(end -> end > nowMillis).isPresent()) {
      return State.ACTIVE;
    }
    return tokenEndsMillis.filter(end -> end > nowMillis).isPresent()
        ? State.WAITING
        : State.EXPIRED;
  }

  /** Whether it may speak for a camera. */
  public boolean speaksFor(DeviceName camera) {
    return camera.fab().equals(fab) && (cameras.isEmpty() || cameras.contains(camera.camera()));
  }

  /** Whether an MQTT client identifier is this device's: its name, or {@code <name>/<what>}. */
  public boolean owns(String clientId) {
    return clientId.equals(name) || clientId.startsWith(name + "/");
  }

  /**
   * With another credential. A password takes the place of whatever there was; beside a token, a
   * certificate counts until the device has enrolled again.
   */
  Device with(NewCredential given) {
    boolean keepsKey = given.passwordHash().isEmpty() && keyFingerprint.isPresent();
    return new Device(
        name,
        fab,
        cameras,
        false,
        keepsKey ? credential : credential + 1,
        given.passwordHash(),
        keepsKey ? keyFingerprint : Optional.empty(),
        keepsKey ? certificateEndsMillis : Optional.empty(),
        given.tokenEndsMillis(),
        createdMillis,
        createdBy,
        lastSeenMillis,
        lastAddress);
  }

  /** With a certificate for its key, a new one or the one it has; a token is used up. */
  Device certified(String key, X509Certificate certificate) {
    boolean sameKey = keyFingerprint.equals(Optional.of(key));
    return new Device(
        name,
        fab,
        cameras,
        false,
        sameKey ? credential : credential + 1,
        Optional.empty(),
        Optional.of(key),
        Optional.of(certificate.getNotAfter().toInstant().toEpochMilli()),
        Optional.empty(),
        createdMillis,
        createdBy,
        lastSeenMillis,
        lastAddress);
  }

  /** Revoked, without any credential. */
  Device ended() {
    return new Device(
        name,
        fab,
        cameras,
        true,
        credential + 1,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        createdMillis,
        createdBy,
        lastSeenMillis,
        lastAddress);
  }

  /** Without the hash of its password. */
  @Override
  public String toString() {
    return "Device[%s, %s%s]".formatted(name, fab, cameras.isEmpty() ? "" : " " + cameras);
  }
}
