package fabwafer.hub;

import fabwafer.hub.account.Accounts;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.broker.BrokerAddress;
import fabwafer.hub.broker.EmbeddedBroker;
import fabwafer.hub.delivery.Delivery;
import fabwafer.hub.inference.ServedModel;
import fabwafer.hub.ingest.Ingest;
import fabwafer.hub.web.Metrics;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.TlsIdentity;
import fabwafer.hub.web.WebServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * A hub: broker, ingest, stores, alarms and web server on one data folder. Started once, closed
 * once; a kill instead of the closing loses nothing that was acknowledged.
 */
public final class Hub implements AutoCloseable {
  private final HubConfig config;
  private final Supplier<Optional<ServedModel>> model;
  private final OpenParts open = new OpenParts();

  /** What runs between start and close. */
  public record Running(
      int httpPort,
      Optional<Integer> httpsPort,
      BrokerAddress broker,
      Optional<InetSocketAddress> brokerTls,
      Optional<String> firstAdminPassword) {
    /** Without the password. */
    @Override
    public String toString() {
      return "Running[httpPort=%d, httpsPort=%s, broker=%s, brokerTls=%s]"
          .formatted(
              httpPort,
              httpsPort.orElse(null),
              broker,
              brokerTls.map(String::valueOf).orElse("none"));
    }
  }

  /**
   * A hub, not yet started.
   *
   * @param model what it classifies and explains with, asked for anew each time; empty while there
   *     is none. It must be open as long as the hub runs
   */
  public Hub(HubConfig config, Supplier<Optional<ServedModel>> model) {
    this.config = config;
    this.model = model;
  }

  /**
   * Starts every part; some seconds. Once it returns, the hub takes messages and requests.
   *
   * @return its ports and, at the first start ever, the password of the account {@code admin}
   * @throws HubException if a part cannot start: then none runs
   */
  public Running start() {
    try {
      return startParts();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Each line opens what its class names: whoever is asked comes before those who ask, and whatever
   * takes requests or messages comes late. The web server starts before the broker and ingest, so
   * that health can be asked while they start. Stopping goes the other way round.
   */
  private Running startParts() {
    Foundation base = Foundation.open(config, open);
    People people = People.of(base);
    Trust trust = Trust.open(base);
    Stores stores = Stores.of(base);
    Models models = Models.open(base, model);
    Watching watching = Watching.open(open);
    IngestLine line = new IngestLine();
    line.addTo(watching.health());
    Alarming alarming = Alarming.open(base, stores, watching, line);
    Lifecycle lifecycle =
        Lifecycle.open(base, stores, models, alarming, watching.metrics().registry(), line);
    Reviewing reviewing = new Reviewing(base, stores, models, watching.events());
    AtomicReference<Optional<Integer>> brokerTlsPort = new AtomicReference<>(Optional.empty());
    WebServer web =
        web(
            base,
            trust,
            people.accounts(),
            watching,
            List.of(
                models.inference(base),
                people,
                trust.routes(base, brokerTlsPort::get, lifecycle.delivery()),
                new WaferViews(base, stores, models, line),
                reviewing,
                alarming.routes(base, stores, watching.events()),
                lifecycle));
    Broker broker =
        Broker.start(base, stores.catalogue(), rights(base, trust, watching.metrics(), line));
    brokerTlsPort.set(broker.tls().map(InetSocketAddress::getPort));
    alarming.addTo(watching, stores.alarms());
    Ingest ingest = ingest(base, stores, models, alarming, lifecycle.delivery(), watching, broker);
    line.connect(ingest);
    alarming.alarms().start();
    ingest.start();
    lifecycle.delivery().start();
    Background.start(base, stores, models, alarming, reviewing, lifecycle.pipeline(), watching);
    // Last, so that a start that fails does not make a password that nobody sees.
    return new Running(
        web.port(),
        web.httpsPort(),
        broker.address(),
        broker.tls(),
        people.accounts().makeFirstAdmin());
  }

  /** Stops every part, the last started first. */
  @Override
  public void close() {
    open.close();
  }

  private static WebServer web(
      Foundation base,
      Trust trust,
      Accounts accounts,
      Watching watching,
      List<RouteSource> routes) {
    Optional<TlsIdentity> identity = trust.httpsIdentity(base);
    return base.open()
        .add(
            WebServer.start(
                base.config().web(),
                identity,
                accounts,
                watching.health(),
                watching.metrics(),
                watching.events(),
                routes));
  }

  private static EmbeddedBroker.Parts rights(
      Foundation base, Trust trust, Metrics metrics, IngestLine line) {
    return new EmbeddedBroker.Parts(
        line::canStore,
        trust.gate(),
        base.strangers(),
        metrics.registry(),
        trust.authority(),
        trust.certificate());
  }

  private static Ingest ingest(
      Foundation base,
      Stores stores,
      Models models,
      Alarming alarming,
      Delivery delivery,
      Watching watching,
      Broker broker) {
    MeterRegistry metrics = watching.metrics().registry();
    metrics.gauge(
        "fabwafer.images.unclassified", stores.archive(), Archive::countWithoutClassification);
    return base.open()
        .add(
            new Ingest(
                broker.address(),
                base.config().ingest(),
                new Ingest.Stores(
                    base.database(),
                    stores.archive(),
                    stores.catalogue(),
                    stores.classifications(),
                    alarming.rules(),
                    stores.quarantine(),
                    delivery,
                    models.tightened()::of),
                alarming.updates(),
                metrics,
                base.clock()));
  }
}
