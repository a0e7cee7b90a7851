package fabwafer.hub.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditEntry;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.audit.AuditQuery;
import fabwafer.hub.certificate.CertificateAuthority;
import fabwafer.hub.certificate.CertificateRequest;
import fabwafer.hub.database.Database;
import fabwafer.hub.device.DeviceGate.Admission;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevicesTest {
  private static final Actor ADMIN = Actor.user("eva", "192.0.2.1");
  private static final String FROM = "192.0.2.7";
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path folder;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-23T10:00:00Z"));
  private final InstantSource clock = now::get;
  private Database database;
  private AuditLog audit;
  private Devices devices;
  private DeviceGate gate;

  @BeforeEach
  void open() {
    database = Database.open(folder);
    audit = new AuditLog(database, clock);
    devices = new Devices(database, audit, CertificateAuthority.open(folder, clock), clock);
    gate = new DeviceGate(devices, clock);
  }

  @AfterEach
  void close() {
    gate.close();
    database.close();
  }

  @Test
  void token_enrolsOnce() throws Exception {
    String token = add("agent-a", Device.Kind.CERTIFICATE);
    assertThat(state("agent-a")).isEqualTo(Device.State.WAITING);

    Devices.Enrolled enrolled = devices.enrol(token, request(), FROM);

    assertThat(state("agent-a")).isEqualTo(Device.State.ACTIVE);
    gate.refresh();
    assertThat(gate.certificate(enrolled.certificate()))
        .isInstanceOfSatisfying(
            Admission.Admitted.class,
            admitted -> assertThat(admitted.device().name()).isEqualTo("agent-a"));
    assertThatThrownBy(() -> devices.enrol(token, request(), FROM))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("was used");
  }

  @Test
  void tokenThatIsOver_orOfNoHub_enrolsNobody() throws Exception {
    String token = add("agent-a", Device.Kind.CERTIFICATE);
    assertThatThrownBy(() -> devices.enrol(token.substring(1) + "x", request(), FROM))
        .isInstanceOf(DeviceException.class);
    assertThatThrownBy(() -> devices.enrol("x", request(), FROM))
        .isInstanceOf(DeviceException.class);

    now.set(now.get().plus(HOUR));

    assertThatThrownBy(() -> devices.enrol(token, request(), FROM))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("ended at 2026-11-23T11:00:00Z");
    assertThat(state("agent-a")).isEqualTo(Device.State.EXPIRED);
  }

  @Test
  void rotatedCertificate_countsUntilTheNextEnrolment() throws Exception {
    Devices.Enrolled first =
        devices.enrol(add("agent-a", Device.Kind.CERTIFICATE), request(), FROM);
    gate.refresh();
    Admission.Admitted held = (Admission.Admitted) gate.certificate(first.certificate());

    String token = devices.rotate(ADMIN, "agent-a", Optional.empty(), HOUR).secret();
    gate.refresh();
    assertThat(gate.holds(held)).isTrue();

    Devices.Enrolled second = devices.enrol(token, request(), FROM);
    gate.refresh();
    assertThat(gate.holds(held)).isFalse();
    assertThat(gate.certificate(first.certificate())).isInstanceOf(Admission.Refused.class);
    assertThat(gate.certificate(second.certificate())).isInstanceOf(Admission.Admitted.class);
  }

  @Test
  void certificate_isRenewedForItsOwnKeyAlone_andNotEarly() throws Exception {
    CertificateRequest request = request();
    Devices.Enrolled first = devices.enrol(add("agent-a", Device.Kind.CERTIFICATE), request, FROM);
    gate.refresh();
    Admission.Admitted held = (Admission.Admitted) gate.certificate(first.certificate());
    assertThatThrownBy(() -> devices.renew(request, FROM)).hasMessageContaining("last third");

    now.set(now.get().plus(Duration.ofDays(300)));
    Devices.Enrolled renewed = devices.renew(request, FROM);
    gate.refresh();

    assertThat(renewed.certificate().getNotAfter()).isAfter(first.certificate().getNotAfter());
    assertThat(gate.holds(held)).as("the connection goes on").isTrue();
    assertThatThrownBy(() -> devices.renew(request(), FROM))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("no device has a valid certificate");
    now.set(now.get().plus(Duration.ofDays(70)));
    assertThat(gate.holds(held)).as("the first certificate is over").isFalse();
  }

  @Test
  void revokedDevice_isOut_alsoForRenewal_untilItIsAddedAgain() throws Exception {
    CertificateRequest request = request();
    Devices.Enrolled enrolled =
        devices.enrol(add("agent-a", Device.Kind.CERTIFICATE), request, FROM);
    gate.refresh();
    Admission.Admitted held = (Admission.Admitted) gate.certificate(enrolled.certificate());

    devices.revoke(ADMIN, "agent-a");
    gate.refresh();

    assertThat(gate.holds(held)).isFalse();
    assertThat(gate.certificate(enrolled.certificate())).isInstanceOf(Admission.Refused.class);
    now.set(now.get().plus(Duration.ofDays(300)));
    assertThatThrownBy(() -> devices.renew(request, FROM)).isInstanceOf(DeviceException.class);
    assertThatThrownBy(() -> devices.revoke(ADMIN, "agent-a")).hasMessageContaining("is revoked");
    assertThatThrownBy(
            () -> devices.add(ADMIN, "agent-a", "fabb", List.of(), Device.Kind.PASSWORD, HOUR))
        .hasMessageContaining("stays with its fab");
    add("agent-a", Device.Kind.CERTIFICATE);
    gate.refresh();
    assertThat(gate.holds(held)).isFalse();
  }

  @Test
  void passwords_areThrottledAfterFiveWrongOnes_fromThatAddressAlone() {
    String password = add("scanner7", Device.Kind.PASSWORD);
    gate.refresh();
    for (int i = 0; i < 5; i++) {
      assertRefused(gate.password("scanner7", "wrong" + i, FROM), "wrong");
    }
    assertRefused(gate.password("scanner7", password, FROM), "wait");
    assertThat(gate.password("scanner7", password, "192.0.2.8"))
        .isInstanceOf(Admission.Admitted.class);
    now.set(now.get().plus(Duration.ofMinutes(2)));
    assertThat(gate.password("scanner7", password, FROM)).isInstanceOf(Admission.Admitted.class);
  }

  @Test
  void rotatedPassword_isForgottenAtOnce() {
    String old = add("scanner7", Device.Kind.PASSWORD);
    gate.refresh();
    Admission.Admitted held = (Admission.Admitted) gate.password("scanner7", old, FROM);

    String fresh = devices.rotate(ADMIN, "scanner7", Optional.empty(), HOUR).secret();
    gate.refresh();

    assertThat(gate.holds(held)).isFalse();
    assertRefused(gate.password("scanner7", old, FROM), "wrong");
    assertThat(gate.password("scanner7", fresh, FROM)).isInstanceOf(Admission.Admitted.class);
  }

  @Test
  void everyChange_isInTheAudit_andNoSecret() throws Exception {
    String token = add("agent-a", Device.Kind.CERTIFICATE);
    devices.enrol(token, request(), FROM);
    String password =
        devices.rotate(ADMIN, "agent-a", Optional.of(Device.Kind.PASSWORD), HOUR).secret();
    devices.revoke(ADMIN, "agent-a");

    List<AuditEntry> entries = audit.newest(AuditQuery.ALL, Optional.empty(), 100);
    assertThat(entries)
        .extracting(AuditEntry::action)
        .containsExactly("device.revoked", "device.rotated", "device.enrolled", "device.added");
    assertThat(entries)
        .allSatisfy(
            entry -> {
              assertThat(entry.object()).isEqualTo("device:agent-a");
              assertThat(entry.detail())
                  .doesNotContain(token)
                  .doesNotContain(password)
                  .doesNotContain("argon");
            });
  }

  @Test
  void namesOutOfTheirLimits_andDevicesThatAreThere_areToldApart() {
    assertThatThrownBy(
            () -> devices.add(ADMIN, "a/b", "faba", List.of(), Device.Kind.PASSWORD, HOUR))
        .isInstanceOfSatisfying(
            DeviceException.class,
            e -> assertThat(e.reason()).isEqualTo(DeviceException.Reason.BAD_VALUE));
    assertThatThrownBy(
            () -> devices.add(ADMIN, "a", "faba", List.of("x,y"), Device.Kind.PASSWORD, HOUR))
        .isInstanceOf(DeviceException.class);
    add("a", Device.Kind.PASSWORD);
    assertThatThrownBy(() -> add("a", Device.Kind.PASSWORD))
        .isInstanceOfSatisfying(
            DeviceException.class,
            e -> assertThat(e.reason()).isEqualTo(DeviceException.Reason.CONFLICT));
    assertThatThrownBy(() -> devices.rotate(ADMIN, "b", Optional.empty(), HOUR))
        .isInstanceOfSatisfying(
            DeviceException.class,
            e -> assertThat(e.reason()).isEqualTo(DeviceException.Reason.NOT_FOUND));
  }

  private String add(String name, Device.Kind kind) {
    return devices.add(ADMIN, name, "faba", List.of(), kind, HOUR).secret();
  }

  private Device.State state(String name) {
    return devices.list().stream()
        .filter(device -> device.name().equals(name))
        .findFirst()
        .orElseThrow()
        .state(clock.millis());
  }

  private static void assertRefused(Admission admission, String reason) {
    assertThat(admission)
        .isInstanceOfSatisfying(
            Admission.Refused.class, refused -> assertThat(refused.reason()).contains(reason));
  }

  private static CertificateRequest request() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    PublicKey key = generator.generateKeyPair().getPublic();
    return new CertificateRequest(key);
  }
}
