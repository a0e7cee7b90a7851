package fabwafer.hub.certificate;

import java.util.List;

/**
 * What the hub's TLS ports speak: TLS 1.2 and 1.3 with forward secrecy and authenticated
 * encryption, which every MQTT client and browser of the last ten years knows.
 */
public final class TlsRules {
  /** Versions. */
  public static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  /** Suites, the preferred first; for a server key of EC. */
  public static final List<String> CIPHER_SUITES =
      List.of(
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");

  private TlsRules() {}
}
