package fabwafer.agent;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * How an agent gets its certificate, and the next one before that ends. The private key is made
 * here and never leaves the folder; a renewal keeps it.
 */
public final class Enrolment {
  private static final String CURVE = "secp256r1";
  private static final String ALGORITHM = "SHA256withECDSA";
  private static final int PIN_BYTES = 32;
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{20,}\\.([A-Za-z0-9_-]{43})");
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");

  private Enrolment() {}

  /**
   * Enrols at a hub.
   *
   * @param token as {@code fabwafer device add} printed it; used up by this
   * @param folder where the credential goes; one that is there is replaced, once the hub has agreed
   * @param authorities PEM file of the authorities that the hub's HTTPS certificate may come from,
   *     beside the hub's own, which the token names; empty: those of the JDK
   * @throws AgentException if the hub cannot be reached or trusted, or refuses
   */
  public static Credential enrol(URI hub, String token, Path folder, Optional<Path> authorities) {
    Matcher form = TOKEN.matcher(token.strip());
    if (!form.matches()) {
      throw new AgentException("the token is not as 'fabwafer device add' prints one");
    }
    byte[] pin = Base64.getUrlDecoder().decode(form.group(1));
    if (pin.length != PIN_BYTES) {
      throw new AgentException("the token is not as 'fabwafer device add' prints one");
    }
    KeyPair pair = newKey();
    JsonNode answer =
        HubRequests.post(
            hub,
            HubTrust.context(pin, authorities),
            "/api/v1/enrolment",
            JsonNodeFactory.instance
                .objectNode()
                .put("token", token.strip())
                .put("request", request(pair.getPublic(), pair.getPrivate())));
    String certificate = answer.path("certificate").asString("");
    String authority = answer.path("authority").asString("");
    if (!MessageDigest.isEqual(pin, HubTrust.pin(read(hub, authority).getPublicKey()))
        || !read(hub, certificate).getPublicKey().equals(pair.getPublic())) {
      throw new AgentException("the hub at " + hub + " answered with another's certificates");
    }
    int port = answer.path("brokerTlsPort").asInt(0);
    Credential credential =
        new Credential(
            folder,
            answer.path("device").asString(""),
            answer.path("fab").asString(""),
            hub,
            port > 0 ? Optional.of(port) : Optional.empty());
    try {
      credential.write(Credential.KEY, pem(pair.getPrivate()));
      credential.write(Credential.CERTIFICATE, certificate);
      credential.write(Credential.AUTHORITY, authority);
      if (authorities.isPresent()) {
        credential.write(Credential.HTTPS_AUTHORITIES, Files.readString(authorities.get()));
      }
      String modelKey = answer.path("modelKey").asString("");
      if (!modelKey.isEmpty()) {
        credential.write(Credential.MODEL_KEY, modelKey);
      }
      credential.write();
    } catch (IOException e) {
      throw new AgentException(
          "the credential cannot be written to %s: %s; ask for another token, this one is used up"
              .formatted(folder, AgentException.told(e)),
          e);
    }
    return credential;
  }

  /**
   * Gets the next certificate for the same key, and puts it in the place of the present one.
   *
   * @throws AgentException if the hub cannot be reached or trusted, or refuses
   */
  static X509Certificate renew(Credential credential) {
    Path folder = credential.folder();
    try {
      X509Certificate present =
          read(credential.hub(), Files.readString(folder.resolve(Credential.CERTIFICATE)));
      X509Certificate authority =
          read(credential.hub(), Files.readString(folder.resolve(Credential.AUTHORITY)));
      PrivateKey key = key(folder.resolve(Credential.KEY));
      JsonNode answer =
          HubRequests.post(
              credential.hub(),
              HubTrust.context(
                  HubTrust.pin(authority.getPublicKey()),
                  Optional.of(folder.resolve(Credential.HTTPS_AUTHORITIES)).filter(Files::exists)),
              "/api/v1/enrolment/renewal",
              JsonNodeFactory.instance
                  .objectNode()
                  .put("request", request(present.getPublicKey(), key)));
      String next = answer.path("certificate").asString("");
      X509Certificate renewed = read(credential.hub(), next);
      if (!renewed.getPublicKey().equals(present.getPublicKey())) {
        throw new AgentException("the hub answered with another's certificate");
      }
      credential.write(Credential.CERTIFICATE, next);
      return renewed;
    } catch (IOException e) {
      throw new AgentException(
          "the credential in %s cannot be renewed: %s".formatted(folder, AgentException.told(e)),
          e);
    }
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String request(PublicKey known, PrivateKey key) {
    try {
      byte[] encoded =
          new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=agent"), known)
              .build(new JcaContentSignerBuilder(ALGORITHM).build(key))
              .getEncoded();
      return pem("CERTIFICATE REQUEST", encoded);
    } catch (IOException | OperatorCreationException e) {
      throw new AgentException("no certificate can be asked for: " + e.getMessage(), e);
    }
  }

  private static PrivateKey key(Path file) throws IOException {
    Matcher pem = KEY.matcher(Files.readString(file));
    if (!pem.find()) {
      throw new AgentException(file + " holds no key");
    }
    try {
      return KeyFactory.getInstance("EC")
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1))));
    } catch (GeneralSecurityException e) {
      throw new AgentException(file + " holds no key that can be used", e);
    }
  }

  private static X509Certificate read(URI hub, String pem) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new AgentException("a certificate of the hub at " + hub + " cannot be read", e);
    }
  }

  private static String pem(PrivateKey key) {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  private static String pem(String kind, byte[] encoded) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded), kind);
  }
}
