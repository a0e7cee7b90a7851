package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.hub.HubException;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.certificate.CertificateAuthority;
import fabwafer.hub.certificate.ServerCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpsTest {
  @TempDir private Path folder;

  @Test
  void overHttps_theCookieIsSecure_andTheBrowserIsToldToStay() throws Exception {
    CertificateAuthority authority = CertificateAuthority.open(folder, Clock.systemUTC());
    try (TestHub hub = start(issued(authority.server(List.of())))) {
      hub.accounts.create(Actor.HUB, "eva", TestHub.PASSWORD, Role.VIEWER);
      TestClient client = TestClient.https(httpsPort(hub), trusting(authority.certificate()));
      TestClient.Answer login = client.login("eva", TestHub.PASSWORD);

      assertThat(login.status()).isEqualTo(200);
      assertThat(login.header("Set-Cookie")).endsWith("; HttpOnly; SameSite=Strict; Secure");
      assertThat(login.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
      assertThat(client.get("/api/v1/devices").status()).isEqualTo(200);
    }
  }

  @Test
  void plainHttp_onlySendsToHttps_whateverIsAsked() {
    CertificateAuthority authority = CertificateAuthority.open(folder, Clock.systemUTC());
    try (TestHub hub = start(issued(authority.server(List.of())))) {
      String https = "https://127.0.0.1:" + httpsPort(hub);
      for (String path :
          List.of("/", "/api/v1/devices?limit=1", "/nothing", "/metrics", "/%0d%0ax")) {
        TestClient.Answer answer = hub.anyone().get(path);
        assertThat(answer.status()).as(path).isIn(308, 400);
        if (answer.status() == 308) {
          assertThat(answer.header("Location")).isEqualTo(https + path);
        }
        assertThat(answer.header("Set-Cookie")).isEmpty();
      }
      TestClient.Answer login = hub.anyone().login("eva", TestHub.PASSWORD);
      assertThat(login.status()).isEqualTo(308);
      assertThat(login.text()).isEmpty();
    }
  }

  @Test
  void oldProtocols_andWeakCiphers_areRefused() throws Exception {
    CertificateAuthority authority = CertificateAuthority.open(folder, Clock.systemUTC());
    try (TestHub hub = start(issued(authority.server(List.of())))) {
      SSLContext context = trusting(authority.certificate());
      assertThat(protocolWith(context, httpsPort(hub), "TLSv1.3")).isEqualTo("TLSv1.3");
      assertThat(protocolWith(context, httpsPort(hub), "TLSv1.2")).isEqualTo("TLSv1.2");
      try (SSLSocket socket = socket(context, httpsPort(hub))) {
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});
        assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
      }
    }
  }

  @Test
  void ownPemFiles_areUsed_andTakenAnewWhenTheyChange() throws Exception {
    CertificateAuthority authority = CertificateAuthority.open(folder, Clock.systemUTC());
    authority.server(List.of("first.example"));
    Path files = folder.resolve(CertificateAuthority.FOLDER);
    Path chain = files.resolve("server.pem");
    Path key = files.resolve("server-key.pem");
    try (PemIdentity identity = PemIdentity.open(chain, key);
        TestHub hub = start(identity)) {
      SSLContext context = trusting(authority.certificate());
      X509Certificate first = presented(context, httpsPort(hub));

      byte[] oldKey = Files.readAllBytes(key);
      authority.server(List.of("second.example"));
      Files.setLastModifiedTime(chain, FileTime.from(Instant.now().plusSeconds(5)));
      byte[] newKey = Files.readAllBytes(key);
      Files.write(key, oldKey);
      identity.reloadIfChanged();
      assertThat(presented(context, httpsPort(hub))).as("a pair that fits not").isEqualTo(first);

      Files.write(key, newKey);
      Files.setLastModifiedTime(key, FileTime.from(Instant.now().plusSeconds(9)));
      identity.reloadIfChanged();
      assertThat(presented(context, httpsPort(hub)).getSubjectAlternativeNames().toString())
          .contains("second.example");
    }
  }

  @Test
  void pemFilesThatAreNone_areToldAtTheStart() throws IOException {
    CertificateAuthority.open(folder, Clock.systemUTC()).server(List.of());
    Path files = folder.resolve(CertificateAuthority.FOLDER);
    Path key = files.resolve("server-key.pem");
    assertThatThrownBy(() -> PemIdentity.open(key, key))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("server-key.pem holds no certificate");
    assertThatThrownBy(() -> PemIdentity.open(files.resolve("ca.pem"), key))
        .hasMessageContaining("is not the key of the first certificate in");
    assertThatThrownBy(() -> PemIdentity.open(folder.resolve("no.pem"), key))
        .hasMessageStartingWith("cannot read hub.https-certificate");
  }

  @Test
  void plainHttpBeyondThisMachine_isRefused_unlessItIsAllowed() {
    WebConfig closed =
        new WebConfig("0.0.0.0", 0, Optional.empty(), false, Optional.empty(), Optional.empty());
    assertThatThrownBy(closed::requireUsable)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("set hub.https-port")
        .hasMessageContaining("hub.http-allow-open = true");
    WebConfig open =
        new WebConfig("0.0.0.0", 0, Optional.empty(), true, Optional.empty(), Optional.empty());
    open.requireUsable();
    assertThat(open.isOpen()).isTrue();
  }

  private TestHub start(TlsIdentity identity) {
    WebConfig config =
        new WebConfig(
            "127.0.0.1",
            0,
            Optional.of(new WebConfig.Https(0, Optional.empty())),
            false,
            Optional.empty(),
            Optional.empty());
    return TestHub.start(folder.resolve("hub"), config, identity);
  }

  private static TlsIdentity issued(ServerCertificate certificate) {
    return new TlsIdentity() {
      @Override
      public KeyStore keyStore(char[] password) {
        return certificate.keyStore(password);
      }

      @Override
      public void onChange(Runnable listener) {
        certificate.onRenewal(listener);
      }
    };
  }

  private static int httpsPort(TestHub hub) {
    return hub.server.httpsPort().orElseThrow();
  }

  private static SSLContext trusting(X509Certificate authority)
      throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", authority);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static SSLSocket socket(SSLContext context, int port) throws IOException {
    return (SSLSocket)
        context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
  }

  private static String protocolWith(SSLContext context, int port, String protocol)
      throws IOException {
    try (SSLSocket socket = socket(context, port)) {
      socket.setEnabledProtocols(new String[] {protocol});
      socket.startHandshake();
      socket
          .getOutputStream()
          .write("GET /health/live HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return socket.getSession().getProtocol();
    }
  }

  private static X509Certificate presented(SSLContext context, int port) throws IOException {
    try (SSLSocket socket = socket(context, port)) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }
}
