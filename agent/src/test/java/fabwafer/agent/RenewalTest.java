package fabwafer.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import java.util.function.Function;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Renewal at something that answers as a hub does. */
class RenewalTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

  @TempDir private Path folder;
  private final KeyPair authority = keyPair();
  private final KeyPair own = keyPair();

  @Test
  void certificate_isReplaced_andTheKeyStays() throws Exception {
    try (AnsweringHub hub = new AnsweringHub(key -> certificate(key, NOW.plus(days(365))))) {
      Credential credential = credential(hub.address());
      String keyBefore = Files.readString(folder.resolve(Credential.KEY));

      X509Certificate renewed = Enrolment.renew(credential);

      assertThat(renewed.getNotAfter().toInstant()).isEqualTo(NOW.plus(days(365)));
      assertThat(credential.tls().certificate()).contains(renewed);
      assertThat(Files.readString(folder.resolve(Credential.KEY))).isEqualTo(keyBefore);
    }
  }

  @Test
  void answerWithAnothersCertificate_isNotTaken() throws Exception {
    KeyPair another = keyPair();
    try (AnsweringHub hub =
        new AnsweringHub(key -> certificate(another.getPublic(), NOW.plus(days(365))))) {
      Credential credential = credential(hub.address());

      assertThatThrownBy(() -> Enrolment.renew(credential))
          .isInstanceOf(AgentException.class)
          .hasMessageContaining("another's certificate");
      assertThat(credential.tls().certificate().orElseThrow().getPublicKey())
          .isEqualTo(own.getPublic());
    }
  }

  @Test
  void renewal_isDueInTheLastThird() {
    X509Certificate certificate = certificate(own.getPublic(), NOW.plus(days(300)));

    assertThat(CertificateRenewal.isDue(certificate, NOW.plus(days(199)))).isFalse();
    assertThat(CertificateRenewal.isDue(certificate, NOW.plus(days(201)))).isTrue();
    assertThat(CertificateRenewal.isDue(certificate, NOW.plus(days(400)))).isTrue();
  }

  private Credential credential(URI hub) throws IOException {
    Credential credential = new Credential(folder, "agent-1", "faba", hub, Optional.empty());
    credential.write(Credential.KEY, pem("PRIVATE KEY", own.getPrivate().getEncoded()));
    credential.write(Credential.CERTIFICATE, pem(certificate(own.getPublic(), NOW.plus(days(10)))));
    credential.write(
        Credential.AUTHORITY, pem(certificate(authority.getPublic(), NOW.plus(days(1_000)))));
    credential.write();
    assertThat(Credential.read(folder)).isEqualTo(credential);
    return credential;
  }

  private X509Certificate certificate(PublicKey of, Instant end) {
    try {
      X500Name name = new X500Name("CN=test");
      return new JcaX509CertificateConverter()
          .getCertificate(
              new JcaX509v3CertificateBuilder(
                      name,
                      BigInteger.valueOf(end.getEpochSecond()),
                      Date.from(NOW),
                      Date.from(end),
                      name,
                      of)
                  .build(
                      new JcaContentSignerBuilder("SHA256withECDSA")
                          .build(authority.getPrivate())));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair keyPair() {
    try {
      return KeyPairGenerator.getInstance("EC").generateKeyPair();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Duration days(long days) {
    return Duration.ofDays(days);
  }

  private static String pem(X509Certificate certificate) {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String kind, byte[] encoded) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, Base64.getMimeEncoder().encodeToString(encoded), kind);
  }

  /** Checks a request's proof, as a hub does, and answers with a certificate. */
  private static final class AnsweringHub implements AutoCloseable {
    private final HttpServer server;
    private final Function<PublicKey, X509Certificate> issue;

    AnsweringHub(Function<PublicKey, X509Certificate> issue) throws IOException {
      this.issue = issue;
      this.server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/api/v1/enrolment/renewal", this::answer);
      server.start();
    }

    URI address() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        String request =
            JSON.readTree(exchange.getRequestBody().readAllBytes()).get("request").stringValue();
        byte[] encoded =
            Base64.getMimeDecoder().decode(request.replaceAll("-----[A-Z ]+-----", ""));
        JcaPKCS10CertificationRequest asked = new JcaPKCS10CertificationRequest(encoded);
        PublicKey key = asked.getPublicKey();
        if (!asked.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
          throw new IOException("not signed by its key");
        }
        byte[] answer =
            JSON.writeValueAsString(
                    JSON.createObjectNode().put("certificate", pem(issue.apply(key))))
                .getBytes(UTF_8);
        exchange.sendResponseHeaders(200, answer.length);
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(answer);
        }
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
