package fabwafer.hub.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.hub.HubException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

  @TempDir private Path data;
  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  private final InstantSource clock = now::get;

  @Test
  void authority_isMadeOnce_andItsKeyIsItsOwnersAlone() throws Exception {
    X509Certificate first = CertificateAuthority.open(data, clock).certificate();
    X509Certificate again = CertificateAuthority.open(data, clock).certificate();

    assertThat(again).isEqualTo(first);
    assertThat(first.getBasicConstraints()).isZero();
    Path folder = data.resolve("certificates");
    for (String key : List.of("ca-key.pem")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(key))))
          .isEqualTo("rw-------");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
  }

  @Test
  void killBetweenKeyAndCertificate_isMendedAtTheNextStart() throws Exception {
    CertificateAuthority.open(data, clock);
    Files.delete(data.resolve("certificates/ca.pem"));

    CertificateAuthority mended = CertificateAuthority.open(data, clock);

    assertValid(mended.server(List.of()).certificate(), mended);
  }

  @Test
  void missingOrWrongKey_isTold_andNoOtherAuthorityIsMade() throws Exception {
    CertificateAuthority.open(data, clock);
    Path key = data.resolve("certificates/ca-key.pem");
    Files.delete(key);
    assertThatThrownBy(() -> CertificateAuthority.open(data, clock))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("ca-key.pem is not");

    Files.writeString(key, CertificateFiles.pem(Keys.make().getPrivate()));
    assertThatThrownBy(() -> CertificateAuthority.open(data, clock))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("is not the key of");
  }

  @Test
  void serverCertificate_isValidForThisMachineAndTheNamesOfTheSettings() throws Exception {
    CertificateAuthority authority = CertificateAuthority.open(data, clock);
    ServerCertificate server = authority.server(List.of("Hub.Fab.Example", "10.1.2.3"));

    assertValid(server.certificate(), authority);
    assertThat(ServerNames.of(server.certificate()))
        .contains("localhost", "127.0.0.1", "hub.fab.example", "10.1.2.3");
    assertThat(server.certificate().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(server.keyStore("secret".toCharArray()).getCertificateChain("hub")).hasSize(2);
    assertThatThrownBy(() -> authority.server(List.of("no name")))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("'no name'");
  }

  @Test
  void serverCertificate_isKeptOverStarts_untilANameIsMissing() {
    CertificateAuthority authority = CertificateAuthority.open(data, clock);
    X509Certificate first = authority.server(List.of("a.example")).certificate();

    assertThat(authority.server(List.of("a.example")).certificate()).isEqualTo(first);
    assertThat(authority.server(List.of("b.example")).certificate()).isNotEqualTo(first);
  }

  @Test
  void serverCertificate_isRenewedBeforeItEnds_andTellsSo() throws Exception {
    CertificateAuthority authority = CertificateAuthority.open(data, clock);
    ServerCertificate server = authority.server(List.of());
    X509Certificate first = server.certificate();
    AtomicInteger told = new AtomicInteger();
    server.onRenewal(told::incrementAndGet);

    assertThat(server.renewIfDue()).isFalse();
    now.set(
        NOW.plus(ServerCertificate.LIFETIME)
            .minus(ServerCertificate.RENEWED_BEFORE)
            .plus(Duration.ofMinutes(1)));

    assertThat(server.renewIfDue()).isTrue();
    assertThat(told).hasValue(1);
    assertThat(server.certificate()).isNotEqualTo(first);
    assertValid(server.certificate(), authority);
    assertThat(server.certificate().getSerialNumber()).isNotEqualTo(first.getSerialNumber());
  }

  @Test
  void killBetweenServerKeyAndCertificate_isMended() throws Exception {
    CertificateAuthority authority = CertificateAuthority.open(data, clock);
    authority.server(List.of());
    Files.writeString(
        data.resolve("certificates/server-key.pem"),
        CertificateFiles.pem(Keys.make().getPrivate()));

    ServerCertificate mended = authority.server(List.of());

    X509Certificate certificate = mended.certificate();
    assertThatCode(() -> assertValid(certificate, authority)).doesNotThrowAnyException();
  }

  @Test
  void deviceCertificate_carriesTheDevicesName_whateverTheRequestSays() throws Exception {
    CertificateAuthority authority = CertificateAuthority.open(data, clock);
    KeyPair pair = Keys.make();
    CertificateRequest request = CertificateRequest.parse(request(pair, pair, "CN=admin"));

    X509Certificate issued = authority.issue(request, "agent-7");

    assertValid(issued, authority);
    assertThat(issued.getSubjectX500Principal().getName()).isEqualTo("CN=agent-7,O=Fabwafer");
    assertThat(issued.getPublicKey()).isEqualTo(pair.getPublic());
    assertThat(issued.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    assertThat(issued.getBasicConstraints()).isEqualTo(-1);
    assertThat(Keys.fingerprint(issued.getPublicKey())).matches("[0-9a-f]{64}");
  }

  @Test
  void requestsThatProveNothing_areRefusedWithTheReason() throws Exception {
    KeyPair pair = Keys.make();
    String foreign = request(pair, Keys.make(), "CN=x");
    assertThatThrownBy(() -> CertificateRequest.parse(foreign))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("not signed by its own key");

    KeyPairGenerator weak = KeyPairGenerator.getInstance("RSA");
    weak.initialize(1024);
    KeyPair small = weak.generateKeyPair();
    String weakRequest = request(small, small, "CN=x");
    assertThatThrownBy(() -> CertificateRequest.parse(weakRequest))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("RSA of 2048");

    for (String text :
        List.of(
            "",
            "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----",
            "x".repeat(CertificateRequest.MAX_CHARS + 1))) {
      assertThatThrownBy(() -> CertificateRequest.parse(text)).isInstanceOf(HubException.class);
    }
  }

  private void assertValid(X509Certificate certificate, CertificateAuthority authority)
      throws Exception {
    PKIXParameters trust =
        new PKIXParameters(Set.of(new TrustAnchor(authority.certificate(), null)));
    trust.setRevocationEnabled(false);
    trust.setDate(Date.from(now.get()));
    var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate));
    assertThat(CertPathValidator.getInstance("PKIX").validate(path, trust)).isNotNull();
  }

  private static String request(KeyPair named, KeyPair signing, String subject) throws Exception {
    String algorithm =
        signing.getPublic().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    byte[] encoded =
        new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), named.getPublic())
            .build(new JcaContentSignerBuilder(algorithm).build(signing.getPrivate()))
            .getEncoded();
    return "-----BEGIN CERTIFICATE REQUEST-----\n"
        + java.util.Base64.getMimeEncoder().encodeToString(encoded)
        + "\n-----END CERTIFICATE REQUEST-----\n";
  }
}
