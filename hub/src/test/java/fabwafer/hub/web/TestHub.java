package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.account.AccountConfig;
import fabwafer.hub.account.AccountRoutes;
import fabwafer.hub.account.Accounts;
import fabwafer.hub.account.ApiTokens;
import fabwafer.hub.account.TokenRoutes;
import fabwafer.hub.alarm.AlarmConfig;
import fabwafer.hub.alarm.AlarmRoutes;
import fabwafer.hub.alarm.AlarmStore;
import fabwafer.hub.alarm.AlarmWayRoutes;
import fabwafer.hub.alarm.Alarms;
import fabwafer.hub.analytics.AnalyticsRoutes;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.audit.AuditRoutes;
import fabwafer.hub.audit.RepeatedEvents;
import fabwafer.hub.catalogue.Catalogue;
import fabwafer.hub.catalogue.DeviceRoutes;
import fabwafer.hub.certificate.CertificateAuthority;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.classification.StatisticsRoutes;
import fabwafer.hub.database.Database;
import fabwafer.hub.delivery.Delivery;
import fabwafer.hub.delivery.DeliveryConfig;
import fabwafer.hub.delivery.DeliveryTools;
import fabwafer.hub.delivery.RegistryChampions;
import fabwafer.hub.device.DeviceCredentialRoutes;
import fabwafer.hub.device.DeviceGate;
import fabwafer.hub.device.Devices;
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
import fabwafer.hub.inference.ServedModel;
import fabwafer.hub.live.LiveRoutes;
import fabwafer.hub.oidc.OidcRoutes;
import fabwafer.hub.pattern.PatternRoutes;
import fabwafer.hub.pattern.Patterns;
import fabwafer.hub.pattern.ProvisionalPatterns;
import fabwafer.hub.pipeline.Pipeline;
import fabwafer.hub.pipeline.PipelineConfig;
import fabwafer.hub.pipeline.PipelineRoutes;
import fabwafer.hub.quarantine.QuarantineConfig;
import fabwafer.hub.quarantine.QuarantineRoutes;
import fabwafer.hub.quarantine.QuarantineStore;
import fabwafer.hub.registry.ModelRegistry;
import fabwafer.hub.registry.ModelRoutes;
import fabwafer.hub.registry.Promotion;
import fabwafer.hub.review.Review;
import fabwafer.hub.review.ReviewConfig;
import fabwafer.hub.review.ReviewRoutes;
import fabwafer.hub.rule.AlarmRules;
import fabwafer.hub.rule.RuleRoutes;
import fabwafer.hub.shadow.Shadow;
import fabwafer.hub.shadow.ShadowRoutes;
import fabwafer.hub.similarity.Embeddings;
import fabwafer.hub.similarity.SimilarWafers;
import fabwafer.hub.similarity.SimilarityRoutes;
import fabwafer.hub.upload.UploadConfig;
import fabwafer.hub.upload.UploadRoutes;
import fabwafer.hub.watch.WatchRoutes;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.ImageMessage;
import fabwafer.protocol.PredictionMessage;
import fabwafer.protocol.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.node.ObjectNode;

/** The real web server on a free port, with the real routes, over a database in a folder. */
final class TestHub implements AutoCloseable {
  static final DeviceName CAMERA1 = new DeviceName("faba", "camera1");
  static final String PASSWORD = "a password for tests";

  /** So short that a test can wait for it. */
  private static final Duration HEARTBEAT = Duration.ofMillis(100);

  /** Small, so that a test can go past it. */
  static final UploadConfig UPLOAD = new UploadConfig(200_000, 4_000_000, 5);

  /** Half of the wafers are of the random share, so that a test with few has some. */
  static final ReviewConfig REVIEW = new ReviewConfig(1, 30, 20, 20, 2, Duration.ofMinutes(10));

  /** 2026-11-23T10:00:00Z. */
  static final long NOW = 1_795_428_000_000L;

  final AtomicLong now = new AtomicLong(NOW);
  final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
  final Database database;
  final AuditLog audit;
  final CertificateAuthority authority;
  final Devices devices;
  final DeviceGate gate;
  final RepeatedEvents strangers;
  final ApiTokens tokens;
  final Accounts accounts;
  final ClassificationStore classifications;
  final Archive archive;
  final Catalogue catalogue;
  final AlarmStore alarms;
  final Alarms alarmsAtWork;
  final Holds holds;
  final AlarmRules rules;
  final QuarantineStore quarantine;
  final GroundTruthStore groundTruths;
  final Embeddings embeddings;
  final SimilarWafers similar;
  final Review review;
  final ModelRegistry registry;
  final Promotion promotion;
  final Pipeline pipeline;
  final Health health = new Health();
  final Metrics metrics = new Metrics();
  final LiveEvents events = new LiveEvents(HEARTBEAT);
  final AtomicReference<Optional<ServedModel>> model = new AtomicReference<>(Optional.empty());
  final WebServer server;
  private final Set<Role> made = EnumSet.noneOf(Role.class);

  private TestHub(
      Path folder, WebConfig config, Optional<TlsIdentity> identity, List<RouteSource> more) {
    database = Database.open(folder);
    audit = new AuditLog(database, clock);
    strangers = new RepeatedEvents(audit, clock);
    tokens = new ApiTokens(database, clock, audit, strangers);
    accounts = new Accounts(database, AccountConfig.DEFAULT, clock, audit, strangers, tokens);
    OidcRoutes oidc = new OidcRoutes(Optional.empty(), accounts, strangers, clock);
    authority = CertificateAuthority.open(folder, clock);
    devices = new Devices(database, audit, authority, clock);
    gate = new DeviceGate(devices, clock);
    classifications = new ClassificationStore(database);
    archive = new Archive(folder.resolve("archive"), database);
    catalogue = new Catalogue(database);
    alarms = new AlarmStore(database);
    quarantine = new QuarantineStore(database, QuarantineConfig.DEFAULT);
    groundTruths = new GroundTruthStore(database);
    embeddings = new Embeddings(database);
    Labels labels = new Labels(groundTruths, classifications, events, audit, clock);
    review = new Review(database, REVIEW, clock);
    similar = new SimilarWafers(embeddings, SimilarWafers.DEFAULT_LIMIT);
    registry = new ModelRegistry(folder, database, audit, clock);
    alarmsAtWork =
        new Alarms(database, alarms, AlarmConfig.DEFAULT, "test", clock, _ -> {}, Optional.empty());
    holds = new Holds(database, alarmsAtWork, metrics.registry(), clock);
    rules = new AlarmRules(database, alarmsAtWork, holds, AlarmConfig.DEFAULT, clock);
    promotion = new Promotion(registry, audit, 2, clock);
    Delivery delivery =
        new Delivery(
            folder,
            DeliveryConfig.DEFAULT,
            new DeliveryTools(
                database,
                audit,
                catalogue,
                new RegistryChampions(registry, promotion),
                alarmsAtWork.system(),
                clock),
            (_, _, _) -> CompletableFuture.completedFuture(true));
    pipeline =
        new Pipeline(
            folder,
            new Pipeline.Parts(
                database, audit, archive, registry, promotion, alarmsAtWork.system()),
            PipelineConfig.DEFAULT,
            0.5,
            clock);
    List<RouteSource> features =
        new ArrayList<>(
            List.of(
                new AccountRoutes(accounts, oidc::logoutAddress),
                oidc,
                new TokenRoutes(tokens),
                new DeviceRoutes(catalogue),
                new DeviceCredentialRoutes(
                    devices,
                    gate,
                    authority,
                    strangers,
                    () -> Optional.of(8883),
                    delivery::modelKey,
                    clock),
                new ImageRoutes(
                    classifications, archive, groundTruths, new ProvisionalPatterns(database)),
                new ExportRoutes(classifications, archive, groundTruths),
                new ZoneRoutes(archive),
                new EvidenceRoutes(classifications, archive, groundTruths, model::get),
                new UploadRoutes(UPLOAD, model::get, classifications, this::submit, audit, clock),
                new ExplanationRoutes(classifications, archive, model::get),
                new SimilarityRoutes(
                    classifications, groundTruths, archive, embeddings, similar, model::get),
                new GroundTruthRoutes(groundTruths, labels, review),
                new ReviewRoutes(review, classifications, labels),
                new PatternRoutes(
                    database,
                    classifications,
                    groundTruths,
                    labels,
                    new Patterns(
                        classifications,
                        groundTruths,
                        labels,
                        review,
                        embeddings,
                        similar,
                        audit,
                        clock),
                    embeddings,
                    model::get),
                new StatisticsRoutes(classifications),
                new AlarmWayRoutes(alarmsAtWork, audit, clock),
                new RuleRoutes(database, AlarmConfig.DEFAULT_QUIET_TIME, audit, clock),
                new HoldRoutes(database, holds, alarmsAtWork::wake, audit),
                new AlarmRoutes(
                    database, alarms, classifications, groundTruths, events, audit, clock),
                new AnalyticsRoutes(database, audit, clock),
                new LiveRoutes(
                    database, catalogue, classifications, groundTruths, alarms, model::get, clock),
                new UnclassifiedRoutes(archive),
                new QuarantineRoutes(quarantine),
                new AuditRoutes(audit),
                new ModelRoutes(registry, promotion),
                new ShadowRoutes(registry, new Shadow(database)),
                new WatchRoutes(database, registry, alarmsAtWork.system(), audit),
                delivery.routes(),
                new PipelineRoutes(pipeline)));
    features.addAll(more);
    server = WebServer.start(config, identity, accounts, health, metrics, events, features);
  }

  static TestHub start(Path folder) {
    return start(folder, WebConfig.loopback(0));
  }

  static TestHub start(Path folder, WebConfig config, RouteSource... more) {
    return new TestHub(folder, config, Optional.empty(), List.of(more));
  }

  static TestHub start(Path folder, WebConfig config, TlsIdentity identity) {
    return new TestHub(folder, config, Optional.of(identity), List.of());
  }

  /** Somebody who is not logged in. */
  TestClient anyone() {
    return new TestClient(server.port());
  }

  /** Somebody who is logged in, in an account of that role. */
  TestClient as(Role role) {
    String user = "the-" + role.word();
    if (made.add(role)) {
      accounts.create(Actor.HUB, user, PASSWORD, role);
    }
    TestClient client = anyone();
    assertThat(client.login(user, PASSWORD).status()).isEqualTo(200);
    return client;
  }

  /** Stores a prediction as ingest does. */
  Classification classified(String imgid, long timestampMillis, String label) {
    return classified(CAMERA1, imgid, timestampMillis, label);
  }

  Classification classified(DeviceName device, String imgid, long timestampMillis, String label) {
    return classified(PredictionMessage.of(device, imgid, timestampMillis, label, 0.9));
  }

  /** Stores a prediction with further fields. */
  Classification classified(String imgid, long timestampMillis, String label, String moreJson) {
    ObjectNode more = (ObjectNode) Json.MAPPER.readTree(moreJson);
    return classified(
        new PredictionMessage(
            new Topic.Prediction(CAMERA1, imgid), timestampMillis, label, 0.9, more));
  }

  private Classification classified(PredictionMessage message) {
    Classification classification = Classification.of(message, false, now.get());
    database.change(handle -> classifications.store(handle, classification));
    return classification;
  }

  /** Takes in a message as ingest does. */
  private CompletableFuture<Void> submit(String topic, byte[] payload) {
    switch (Topic.parse(topic)) {
      case Topic.Image image -> {
        ImageMessage message = ImageMessage.parse(image, payload);
        try {
          archived(message.device(), message.imgid(), message.timestampMillis(), message.bytes());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      case Topic.Prediction prediction -> {
        PredictionMessage message = PredictionMessage.parse(prediction, payload);
        Classification classification = Classification.of(message, true, now.get());
        database.change(handle -> classifications.store(handle, classification));
      }
      case Topic.Status _, Topic.Model _, Topic.Hold _ -> throw new IllegalArgumentException(topic);
    }
    return CompletableFuture.completedFuture(null);
  }

  /** Archives an image as ingest does. */
  void archived(String imgid, long timestampMillis, byte[] bytes) throws IOException {
    archived(CAMERA1, imgid, timestampMillis, bytes);
  }

  private void archived(DeviceName device, String imgid, long timestampMillis, byte[] bytes)
      throws IOException {
    ArchivedImage image =
        archive.keep(ImageMessage.of(device, imgid, timestampMillis, bytes), now.get());
    database.change(
        handle -> {
          archive.enter(handle, image, true);
          classifications.imageCame(handle, device, imgid);
        });
  }

  @Override
  public void close() {
    server.close();
    gate.close();
    strangers.close();
    metrics.close();
    database.close();
  }
}
