package fabwafer.hub.web;

import java.security.KeyStore;

/** Key and certificate of the HTTPS port, which may change while it is open. Safe on any thread. */
public interface TlsIdentity {
  /** Key and certificate chain in use now, as a key store of one entry. */
  KeyStore keyStore(char[] password);

  /** Has a listener called after each change, on any thread. */
  void onChange(Runnable listener);
}
