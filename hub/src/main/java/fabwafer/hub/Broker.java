package fabwafer.hub;

import fabwafer.hub.broker.BrokerAddress;
import fabwafer.hub.broker.BrokerConfig;
import fabwafer.hub.broker.EmbeddedBroker;
import fabwafer.hub.catalogue.Catalogue;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The broker that is used, the hub's own or another.
 *
 * @param tls where devices of other machines connect, if the hub's own listens there
 */
record Broker(BrokerAddress address, Optional<InetSocketAddress> tls) {

  /** Starts the hub's own broker, or says where the other is. */
  static Broker start(Foundation base, Catalogue catalogue, EmbeddedBroker.Parts rights) {
    return switch (base.config().broker()) {
      case BrokerConfig.Embedded embedded -> {
        catalogue.allOffline(base.clock().millis());
        EmbeddedBroker started =
            base.open()
                .add(
                    EmbeddedBroker.start(embedded, base.config().data().resolve("broker"), rights));
        yield new Broker(started.address(), started.tls());
      }
      case BrokerConfig.External external ->
          new Broker(
              new BrokerAddress(
                  external.host(),
                  external.port(),
                  external.tls(),
                  "fabwafer-hub-" + base.folder().hubId(),
                  BrokerAddress.SHARE,
                  external.user(),
                  external.password()),
              Optional.empty());
    };
  }
}
