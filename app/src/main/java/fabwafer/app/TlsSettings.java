package fabwafer.app;

import fabwafer.protocol.tls.PeerTls;
import fabwafer.protocol.tls.TlsException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads what a connection trusts and is known by: {@code <prefix>-tls}, {@code -ca}, {@code
 * -certificate} and {@code -key}. One of the files turns TLS on.
 */
final class TlsSettings {
  private TlsSettings() {}

  /** What was set; empty: no TLS. Mistakes are the settings' to tell. */
  static Optional<PeerTls> read(Settings settings, String prefix) {
    Optional<Path> authority = settings.path(prefix + "-ca");
    Optional<Path> certificate = settings.path(prefix + "-certificate");
    Optional<Path> key = settings.path(prefix + "-key");
    boolean files = authority.isPresent() || certificate.isPresent() || key.isPresent();
    boolean on = settings.bool(prefix + "-tls", files);
    if (!on && files) {
      settings.mistake(
          prefix + "-tls", "is false, but " + prefix + "-ca, -certificate or -key is set");
    }
    if (certificate.isPresent() != key.isPresent()) {
      settings.mistake(prefix + "-certificate", "and " + prefix + "-key go together");
      return Optional.empty();
    }
    if (!on) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new PeerTls(
              authority, certificate.map(file -> new PeerTls.Identity(file, key.orElseThrow()))));
    } catch (TlsException e) {
      settings.mistake(
          prefix + (authority.isPresent() ? "-ca" : "-certificate"),
          String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
