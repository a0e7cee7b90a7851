package fabwafer.hub;

import fabwafer.hub.account.AccountRoutes;
import fabwafer.hub.account.Accounts;
import fabwafer.hub.account.ApiTokens;
import fabwafer.hub.account.TokenRoutes;
import fabwafer.hub.alarm.AlarmRoutes;
import fabwafer.hub.alarm.AlarmStore;
import fabwafer.hub.alarm.AlarmWayRoutes;
import fabwafer.hub.alarm.Alarms;
import fabwafer.hub.analytics.AnalyticsRoutes;
import fabwafer.hub.analytics.YieldFollower;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.audit.AuditRoutes;
import fabwafer.hub.audit.RepeatedEvents;
import fabwafer.hub.broker.BrokerAddress;
import fabwafer.hub.broker.BrokerConfig;
import fabwafer.hub.broker.EmbeddedBroker;
import fabwafer.hub.catalogue.Catalogue;
import fabwafer.hub.catalogue.DeviceRoutes;
import fabwafer.hub.certificate.CertificateAuthority;
import fabwafer.hub.certificate.CertificateWatch;
import fabwafer.hub.certificate.ServerCertificate;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.classification.StatisticsRoutes;
import fabwafer.hub.database.Database;
import fabwafer.hub.delivery.Delivery;
import fabwafer.hub.delivery.DeliveryTools;
import fabwafer.hub.delivery.RegistryChampions;
import fabwafer.hub.device.DeviceCredentialRoutes;
import fabwafer.hub.device.DeviceGate;
import fabwafer.hub.device.Devices;
import fabwafer.hub.following.Following;
import fabwafer.hub.following.FollowingConfig;
import fabwafer.hub.following.WaferFollower;
import fabwafer.hub.groundtruth.GroundTruthRoutes;
import fabwafer.hub.groundtruth.GroundTruthStore;
import fabwafer.hub.groundtruth.Labels;
import fabwafer.hub.hold.HoldRoutes;
import fabwafer.hub.hold.Holds;
import fabwafer.hub.image.EvidenceRoutes;
import fabwafer.hub.image.ExplanationRoutes;
import fabwafer.hub.image.ExportRoutes;
import fabwafer.hub.image.ImageRoutes;
import fabwafer.hub.image.UnclassifiedRoutes;
import fabwafer.hub.image.ZoneRoutes;
import fabwafer.hub.inference.InferenceRoutes;
import fabwafer.hub.inference.ServedModel;
import fabwafer.hub.inference.ServedModels;
import fabwafer.hub.ingest.Ingest;
import fabwafer.hub.live.LiveRoutes;
import fabwafer.hub.oidc.OidcRoutes;
import fabwafer.hub.pattern.PatternMatcher;
import fabwafer.hub.pattern.PatternRoutes;
import fabwafer.hub.pattern.Patterns;
import fabwafer.hub.pattern.ProvisionalPatterns;
import fabwafer.hub.pipeline.Pipeline;
import fabwafer.hub.pipeline.PipelineRoutes;
import fabwafer.hub.pipeline.PipelineSchedule;
import fabwafer.hub.quarantine.QuarantineRoutes;
import fabwafer.hub.quarantine.QuarantineStore;
import fabwafer.hub.registry.ModelRegistry;
import fabwafer.hub.registry.ModelRoutes;
import fabwafer.hub.registry.Promotion;
import fabwafer.hub.registry.RegistryWatch;
import fabwafer.hub.retention.Retention;
import fabwafer.hub.retention.RetentionSchedule;
import fabwafer.hub.review.Review;
import fabwafer.hub.review.ReviewIntake;
import fabwafer.hub.review.ReviewRoutes;
import fabwafer.hub.rule.AlarmRules;
import fabwafer.hub.rule.RuleRoutes;
import fabwafer.hub.similarity.EmbeddingCatchUp;
import fabwafer.hub.similarity.EmbeddingFollower;
import fabwafer.hub.similarity.Embeddings;
import fabwafer.hub.similarity.SimilarWafers;
import fabwafer.hub.similarity.SimilarityRoutes;
import fabwafer.hub.upload.UploadRoutes;
import fabwafer.hub.web.Health;
import fabwafer.hub.web.LiveEvents;
import fabwafer.hub.web.Metrics;
import fabwafer.hub.web.PemIdentity;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.TlsIdentity;
import fabwafer.hub.web.WebConfig;
import fabwafer.hub.web.WebServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.KeyStore;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hub: broker, ingest, stores, alarms and web server on one data folder. Started once, closed
 * once; a kill instead of the closing loses nothing that was acknowledged.
 */
public final class Hub implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Hub.class);

  private final HubConfig config;
  private final Supplier<Optional<ServedModel>> model;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

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

  private Running startParts() {
    Clock clock = Clock.systemUTC();
    DataFolder folder = opened(DataFolder.open(config.data()));
    Database database = opened(Database.open(config.data()));
    AuditLog audit = new AuditLog(database, clock);
    RepeatedEvents strangers = opened(new RepeatedEvents(audit, clock));
    ApiTokens tokens = new ApiTokens(database, clock, audit, strangers);
    Accounts accounts = new Accounts(database, config.accounts(), clock, audit, strangers, tokens);
    OidcRoutes oidc = new OidcRoutes(config.oidc(), accounts, strangers, clock);
    CertificateAuthority authority = CertificateAuthority.open(config.data(), clock);
    ServerCertificate certificate = authority.server(certificateNames());
    opened(new CertificateWatch(certificate));
    Devices devices = new Devices(database, audit, authority, clock);
    DeviceGate gate = opened(new DeviceGate(devices, clock));
    ClassificationStore classifications = new ClassificationStore(database);
    Archive archive = new Archive(config.archive(), database);
    Catalogue catalogue = new Catalogue(database);
    AlarmStore alarmStore = new AlarmStore(database);
    QuarantineStore quarantine = new QuarantineStore(database, config.quarantine());
    GroundTruthStore groundTruths = new GroundTruthStore(database);

    ModelRegistry registry = new ModelRegistry(config.data(), database, audit, clock);
    ServedModels served = opened(new ServedModels(this.model));
    Supplier<Optional<ServedModel>> model = served::champion;
    registry.onChange(use -> served.use(use.champion(), use.challenger(), registry::file));
    config.lifecycle().firstModel().ifPresent(registry::welcome);
    registry.refresh();
    Promotion promotion = new Promotion(registry, audit, config.lifecycle().approvers(), clock);

    Health health = new Health();
    Metrics metrics = opened(new Metrics());
    LiveEvents events = new LiveEvents();
    AtomicReference<Optional<Ingest>> ingesting = new AtomicReference<>(Optional.empty());
    addHealth(health, ingesting);
    AtomicReference<Runnable> wakeAlarms = new AtomicReference<>(() -> {});
    LiveUpdates updates = new LiveUpdates(events, () -> wakeAlarms.get().run());
    Alarms alarms =
        opened(
            new Alarms(
                database,
                alarmStore,
                config.alarm(),
                folder.hubId(),
                clock,
                updates::changed,
                Optional.of((topic, payload) -> publish(ingesting.get(), topic, payload))));
    wakeAlarms.set(alarms::wake);
    Holds holds = new Holds(database, alarms, metrics.registry(), clock);
    AlarmRules rules = new AlarmRules(database, alarms, holds, config.alarm(), clock);
    Delivery delivery =
        opened(
            new Delivery(
                config.data(),
                config.delivery(),
                new DeliveryTools(
                    database,
                    audit,
                    catalogue,
                    new RegistryChampions(registry, promotion),
                    alarms.system(),
                    clock),
                (topic, payload, retained) -> send(ingesting.get(), topic, payload, retained)));
    List<RouteSource> routes = new ArrayList<>();
    routes.add(
        opened(new InferenceRoutes(model, served::challenger, InferenceRoutes.DEFAULT_AT_ONCE)));
    routes.add(delivery.routes());
    routes.add(new AccountRoutes(accounts, oidc::logoutAddress));
    routes.add(oidc);
    routes.add(new TokenRoutes(tokens));
    routes.add(new DeviceRoutes(catalogue));
    AtomicReference<Optional<Integer>> brokerTlsPort = new AtomicReference<>(Optional.empty());
    routes.add(
        new DeviceCredentialRoutes(
            devices, gate, authority, strangers, brokerTlsPort::get, delivery::modelKey, clock));
    routes.add(
        new ImageRoutes(classifications, archive, groundTruths, new ProvisionalPatterns(database)));
    routes.add(new ExportRoutes(classifications, archive, groundTruths));
    routes.add(new ZoneRoutes(archive));
    routes.add(new EvidenceRoutes(classifications, archive, groundTruths, model));
    routes.add(
        new UploadRoutes(
            config.upload(),
            model,
            classifications,
            (topic, payload) -> submit(ingesting.get(), topic, payload),
            audit,
            clock));
    routes.add(new ExplanationRoutes(classifications, archive, model));
    Embeddings embeddings = new Embeddings(database);
    SimilarWafers similar = new SimilarWafers(embeddings, SimilarWafers.DEFAULT_LIMIT);
    routes.add(
        new SimilarityRoutes(classifications, groundTruths, archive, embeddings, similar, model));
    Labels labels = new Labels(groundTruths, classifications, events, audit, clock);
    Review review = new Review(database, config.review(), clock);
    routes.add(new GroundTruthRoutes(groundTruths, labels, review));
    routes.add(new ReviewRoutes(review, classifications, labels));
    Patterns patterns =
        new Patterns(
            classifications, groundTruths, labels, review, embeddings, similar, audit, clock);
    routes.add(
        new PatternRoutes(
            database, classifications, groundTruths, labels, patterns, embeddings, model));
    routes.add(new StatisticsRoutes(classifications));
    routes.add(
        new AlarmRoutes(database, alarmStore, classifications, groundTruths, events, audit, clock));
    routes.add(new AnalyticsRoutes(database, audit, clock));
    routes.add(
        new LiveRoutes(
            database, catalogue, classifications, groundTruths, alarmStore, model, clock));
    routes.add(new AlarmWayRoutes(alarms, audit, clock));
    routes.add(new RuleRoutes(database, config.alarm().quietTime(), audit, clock));
    routes.add(new HoldRoutes(database, holds, alarms::wake, audit));
    routes.add(new UnclassifiedRoutes(archive));
    routes.add(new QuarantineRoutes(quarantine));
    routes.add(new AuditRoutes(audit));
    routes.add(new ModelRoutes(registry, promotion));
    Pipeline pipeline =
        new Pipeline(
            config.data(),
            new Pipeline.Parts(database, audit, archive, registry, promotion),
            config.pipeline(),
            config.alarm().threshold(),
            clock);
    routes.add(new PipelineRoutes(pipeline));
    WebServer web =
        opened(
            WebServer.start(
                config.web(), identity(certificate), accounts, health, metrics, events, routes));

    EmbeddedBroker.Parts rights =
        new EmbeddedBroker.Parts(
            () -> ingesting.get().map(Ingest::canStore).orElse(true),
            gate,
            strangers,
            metrics.registry(),
            authority,
            certificate);
    Broker broker = broker(folder, catalogue, clock, rights);
    brokerTlsPort.set(broker.tls().map(InetSocketAddress::getPort));
    BrokerAddress address = broker.address();
    metrics.registry().gauge("fabwafer.device.alarms", alarmStore, AlarmStore::deviceAlarms);
    metrics.registry().gauge("fabwafer.system.alarms", alarmStore, AlarmStore::systemAlarms);
    metrics
        .registry()
        .gauge("fabwafer.images.unclassified", archive, Archive::countWithoutClassification);
    health.addOptional("alarms", () -> alarmHealth(alarms));
    Ingest ingest =
        opened(
            new Ingest(
                address,
                config.ingest(),
                new Ingest.Stores(
                    database, archive, catalogue, classifications, rules, quarantine, delivery),
                updates,
                metrics.registry(),
                clock));
    ingesting.set(Optional.of(ingest));
    alarms.start();
    ingest.start();
    delivery.start();
    // Those who look at every wafer in the background.
    List<WaferFollower> followers = new ArrayList<>();
    followers.add(
        new EmbeddingFollower(
            embeddings,
            similar,
            model,
            List.of(
                new ReviewIntake(classifications, groundTruths, config.review()),
                new PatternMatcher(database, classifications, archive, embeddings, model))));
    followers.add(new YieldFollower());
    Following following =
        opened(
            new Following(
                database, archive, followers, FollowingConfig.DEFAULT, metrics.registry(), clock));
    health.addOptional("followers", () -> followerHealth(following));
    following.start();
    opened(
            new EmbeddingCatchUp(
                database, embeddings, classifications, archive, model, SimilarWafers.DEFAULT_LIMIT))
        .start();
    opened(
            new RetentionSchedule(
                new Retention(config.data(), database, archive, audit, config.retention(), clock)))
        .start();
    opened(new RegistryWatch(registry)).start();
    opened(new PipelineSchedule(pipeline)).start();
    // Last, so that a start that fails does not make a password that nobody sees.
    return new Running(
        web.port(), web.httpsPort(), address, broker.tls(), accounts.makeFirstAdmin());
  }

  /** Stops every part, the last started first. */
  @Override
  public void close() {
    while (!open.isEmpty()) {
      AutoCloseable part = open.removeLast();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
      }
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.addLast(part);
    return part;
  }

  /** Who the HTTPS port is, where there is one. */
  private Optional<TlsIdentity> identity(ServerCertificate issued) {
    Optional<WebConfig.Https> https = config.web().https();
    if (https.isEmpty()) {
      return Optional.empty();
    }
    Optional<WebConfig.Pem> own = https.get().own();
    if (own.isPresent()) {
      return Optional.of(opened(PemIdentity.open(own.get().chain(), own.get().key())));
    }
    return Optional.of(
        new TlsIdentity() {
          @Override
          public KeyStore keyStore(char[] password) {
            return issued.keyStore(password);
          }

          @Override
          public void onChange(Runnable listener) {
            issued.onRenewal(listener);
          }
        });
  }

  private record Broker(BrokerAddress address, Optional<InetSocketAddress> tls) {}

  private Broker broker(
      DataFolder folder, Catalogue catalogue, Clock clock, EmbeddedBroker.Parts rights) {
    return switch (config.broker()) {
      case BrokerConfig.Embedded embedded -> {
        catalogue.allOffline(clock.millis());
        EmbeddedBroker started =
            opened(EmbeddedBroker.start(embedded, config.data().resolve("broker"), rights));
        yield new Broker(started.address(), started.tls());
      }
      case BrokerConfig.External external ->
          new Broker(
              new BrokerAddress(
                  external.host(),
                  external.port(),
                  external.tls(),
                  "fabwafer-hub-" + folder.hubId(),
                  BrokerAddress.SHARE,
                  external.user(),
                  external.password()),
              Optional.empty());
    };
  }

  /** What the settings say, and the address that browsers know. */
  private List<String> certificateNames() {
    List<String> names = new ArrayList<>(config.certificateNames());
    config.web().publicUrl().map(URI::getHost).ifPresent(names::add);
    return names;
  }

  private static CompletableFuture<Void> submit(
      Optional<Ingest> ingest, String topic, byte[] payload) {
    return ingest
        .orElseThrow(() -> new HubException("nothing can be stored yet: the hub starts"))
        .submit(topic, payload);
  }

  private static void publish(Optional<Ingest> ingest, String topic, byte[] payload)
      throws IOException {
    ingest.orElseThrow(() -> new IOException("the hub starts")).publish(topic, payload);
  }

  private static CompletableFuture<?> send(
      Optional<Ingest> ingest, String topic, byte[] payload, boolean retained) {
    return ingest
        .<CompletableFuture<?>>map(there -> there.send(topic, payload, retained))
        .orElseGet(() -> CompletableFuture.failedFuture(new HubException("the hub starts")));
  }

  private static void addHealth(Health health, AtomicReference<Optional<Ingest>> ingesting) {
    health.addNeeded(
        "broker",
        () ->
            ingesting
                .get()
                .map(Ingest::disconnection)
                .orElse(Optional.of("starting"))
                .map(Health.State::down)
                .orElse(Health.State.up("connected")));
    health.addNeeded(
        "storage",
        () ->
            ingesting
                .get()
                .flatMap(Ingest::trouble)
                .map(Health.State::down)
                .orElse(Health.State.up("messages are stored")));
  }

  private static Health.State followerHealth(Following following) {
    return following
        .trouble()
        .map(Health.State::down)
        .orElse(Health.State.up("every follower gets on"));
  }

  private static Health.State alarmHealth(Alarms alarms) {
    List<String> failing = alarms.failingWays();
    return failing.isEmpty()
        ? Health.State.up("notices are delivered")
        : Health.State.down(String.join("; ", failing));
  }
}
