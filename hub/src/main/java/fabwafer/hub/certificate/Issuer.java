package fabwafer.hub.certificate;

import fabwafer.hub.HubException;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Writes and signs X.509 certificates (RFC 5280). */
final class Issuer {
  static final String ALGORITHM = "SHA256withECDSA";

  /** Before now, so that a peer whose clock is behind takes a new certificate too. */
  private static final Duration BACKDATED = Duration.ofDays(1);

  /** Bits of a serial number: random, so that no two are the same and none can be foreseen. */
  private static final int SERIAL_BITS = 128;

  private static final int NAMED_BYTES = 4;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final PrivateKey key;
  private final X509Certificate certificate;

  Issuer(PrivateKey key, X509Certificate certificate) {
    this.key = key;
    this.certificate = certificate;
  }

  /** The issuer's own certificate. */
  X509Certificate certificate() {
    return certificate;
  }

  /** A new authority's certificate. */
  static X509Certificate selfSigned(KeyPair pair, Instant now, Duration lifetime) {
    byte[] random = new byte[NAMED_BYTES];
    RANDOM.nextBytes(random);
    // Two hubs' authorities have two names, so that a browser that trusts both can tell them apart.
    X500Name name =
        new X500NameBuilder(BCStyle.INSTANCE)
            .addRDN(BCStyle.O, "Fabwafer")
            .addRDN(BCStyle.CN, "Fabwafer hub CA " + HexFormat.of().formatHex(random))
            .build();
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              serial(),
              Date.from(now.minus(BACKDATED)),
              Date.from(now.plus(lifetime)),
              name,
              pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
      return signed(builder, pair.getPrivate());
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new HubException("cannot make the certificate authority: " + e.getMessage(), e);
    }
  }

  /** A certificate for the hub's TLS ports. */
  X509Certificate server(PublicKey of, Set<String> names, Instant now, Duration lifetime) {
    GeneralName[] alternatives =
        names.stream().map(Issuer::alternative).toArray(GeneralName[]::new);
    return issue(of, "Fabwafer hub", alternatives, KeyPurposeId.id_kp_serverAuth, now, lifetime);
  }

  /** A certificate by which a device is known at the broker. */
  X509Certificate device(PublicKey of, String device, Instant now, Duration lifetime) {
    GeneralName[] alternatives = {
      new GeneralName(GeneralName.uniformResourceIdentifier, "urn:fabwafer:device:" + device)
    };
    return issue(of, device, alternatives, KeyPurposeId.id_kp_clientAuth, now, lifetime);
  }

  private X509Certificate issue(
      PublicKey of,
      String commonName,
      GeneralName[] alternatives,
      KeyPurposeId purpose,
      Instant now,
      Duration lifetime) {
    X500Name name =
        new X500NameBuilder(BCStyle.INSTANCE)
            .addRDN(BCStyle.O, "Fabwafer")
            .addRDN(BCStyle.CN, commonName)
            .build();
    Instant wanted = now.plus(lifetime);
    Instant last = certificate.getNotAfter().toInstant();
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new JcaX509CertificateHolder(certificate).getSubject(),
              serial(),
              Date.from(now.minus(BACKDATED)),
              Date.from(wanted.isBefore(last) ? wanted : last),
              name,
              of);
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      builder.addExtension(
          Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(of));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          extensions.createAuthorityKeyIdentifier(certificate.getPublicKey()));
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
      return signed(builder, key);
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new HubException("cannot issue a certificate: " + e.getMessage(), e);
    }
  }

  private static X509Certificate signed(JcaX509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder(ALGORITHM).build(key)));
  }

  private static GeneralName alternative(String name) {
    try {
      String address = InetAddress.ofLiteral(name).getHostAddress();
      return new GeneralName(GeneralName.iPAddress, address);
    } catch (IllegalArgumentException e) {
      return new GeneralName(GeneralName.dNSName, name);
    }
  }

  private static BigInteger serial() {
    return new BigInteger(SERIAL_BITS, RANDOM).setBit(SERIAL_BITS);
  }
}
