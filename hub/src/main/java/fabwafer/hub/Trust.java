package fabwafer.hub;

import fabwafer.hub.certificate.CertificateAuthority;
import fabwafer.hub.certificate.CertificateWatch;
import fabwafer.hub.certificate.ServerCertificate;
import fabwafer.hub.delivery.Delivery;
import fabwafer.hub.device.DeviceCredentialRoutes;
import fabwafer.hub.device.DeviceGate;
import fabwafer.hub.device.Devices;
import fabwafer.hub.web.PemIdentity;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.TlsIdentity;
import fabwafer.hub.web.WebConfig;
import java.net.URI;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Whom the hub trusts and as whom it shows itself: its certificate authority, and devices. */
record Trust(
    CertificateAuthority authority,
    ServerCertificate certificate,
    Devices devices,
    DeviceGate gate) {

  static Trust open(Foundation base) {
    CertificateAuthority authority = CertificateAuthority.open(base.config().data(), base.clock());
    ServerCertificate certificate = authority.server(names(base.config()));
    base.open().add(new CertificateWatch(certificate));
    Devices devices = new Devices(base.database(), base.audit(), authority, base.clock());
    DeviceGate gate = base.open().add(new DeviceGate(devices, base.clock()));
    return new Trust(authority, certificate, devices, gate);
  }

  /** What the settings say, and the address that browsers know. */
  private static List<String> names(HubConfig config) {
    List<String> names = new ArrayList<>(config.certificateNames());
    config.web().publicUrl().map(URI::getHost).ifPresent(names::add);
    return names;
  }

  /**
   * The routes by which devices are let in.
   *
   * @param brokerTlsPort asked for anew each time, as the broker starts after the web server
   */
  RouteSource routes(
      Foundation base, Supplier<Optional<Integer>> brokerTlsPort, Delivery delivery) {
    return new DeviceCredentialRoutes(
        devices,
        gate,
        authority,
        base.strangers(),
        brokerTlsPort,
        delivery::modelKey,
        base.clock());
  }

  /** Who the HTTPS port is, where there is one. */
  Optional<TlsIdentity> httpsIdentity(Foundation base) {
    Optional<WebConfig.Https> https = base.config().web().https();
    if (https.isEmpty()) {
      return Optional.empty();
    }
    Optional<WebConfig.Pem> own = https.get().own();
    if (own.isPresent()) {
      return Optional.of(base.open().add(PemIdentity.open(own.get().chain(), own.get().key())));
    }
    return Optional.of(
        new TlsIdentity() {
          @Override
          public KeyStore keyStore(char[] password) {
            return certificate.keyStore(password);
          }

          @Override
          public void onChange(Runnable listener) {
            certificate.onRenewal(listener);
          }
        });
  }
}
