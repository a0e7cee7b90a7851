package fabwafer.protocol.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** A client's key and certificate, read again when the certificate's file has changed. */
final class FileKeys extends X509ExtendedKeyManager {
  private final PeerTls.Identity files;
  private X509ExtendedKeyManager current;
  private FileTime read;

  private FileKeys(PeerTls.Identity files) {
    this.files = files;
    this.read = changed(files.certificate());
    this.current = load(files);
  }

  /** A factory that gives out these keys. */
  static KeyManagerFactory factory(PeerTls.Identity files) {
    FileKeys keys = new FileKeys(files);
    KeyManagerFactorySpi spi =
        new KeyManagerFactorySpi() {
          @Override
          protected void engineInit(@Nullable KeyStore store, char @Nullable [] password) {
            // The files are all there is.
          }

          @Override
          protected void engineInit(ManagerFactoryParameters parameters) {
            // The files are all there is.
          }

          @Override
          protected KeyManager[] engineGetKeyManagers() {
            return new KeyManager[] {keys};
          }
        };
    try {
      KeyManagerFactory usual =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      return new KeyManagerFactory(spi, usual.getProvider(), "files") {};
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private synchronized X509ExtendedKeyManager current() {
    FileTime now = changed(files.certificate());
    if (!now.equals(read)) {
      try {
        current = load(files);
        read = now;
      } catch (TlsException e) {
        // The one before is used until the new one can be.
        return current;
      }
    }
    return current;
  }

  private static FileTime changed(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  private static X509ExtendedKeyManager load(PeerTls.Identity files) {
    try {
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(PemFiles.keyStore(files.certificate(), files.key()), PemFiles.PASSWORD);
      for (KeyManager manager : factory.getKeyManagers()) {
        if (manager instanceof X509ExtendedKeyManager keys) {
          return keys;
        }
      }
      throw new TlsException("this JDK has no key manager for TLS");
    } catch (GeneralSecurityException e) {
      throw new TlsException(files.certificate() + " cannot be used: " + e.getMessage(), e);
    }
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return current().getClientAliases(keyType, issuers);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return current().chooseClientAlias(keyType, issuers, socket);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return current().chooseEngineClientAlias(keyType, issuers, engine);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return current().getServerAliases(keyType, issuers);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return current().chooseServerAlias(keyType, issuers, socket);
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return current().getCertificateChain(alias);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return current().getPrivateKey(alias);
  }
}
