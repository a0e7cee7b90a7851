package fabwafer.app;

import fabwafer.hub.HubConfig;
import fabwafer.hub.HubException;
import fabwafer.hub.account.AccountConfig;
import fabwafer.hub.alarm.AlarmConfig;
import fabwafer.hub.broker.BrokerConfig;
import fabwafer.hub.delivery.DeliveryConfig;
import fabwafer.hub.delivery.DeliveryConfig.Rules;
import fabwafer.hub.ingest.IngestConfig;
import fabwafer.hub.quarantine.QuarantineConfig;
import fabwafer.hub.registry.LifecycleConfig;
import fabwafer.hub.retention.RetentionConfig;
import fabwafer.hub.review.ReviewConfig;
import fabwafer.hub.upload.UploadConfig;
import fabwafer.hub.watch.WatchConfig;
import fabwafer.hub.web.Network;
import fabwafer.hub.web.WebConfig;
import fabwafer.protocol.Names;
import fabwafer.protocol.model.ModelManifest;
import fabwafer.protocol.tls.PeerTls;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the hub's settings; docs/hub.md lists them. */
final class HubSettings {
  static final int DEFAULT_HTTP_PORT = 8080;
  private static final int DEFAULT_HTTPS_PORT = 8443;
  private static final double MOST_SLOWDOWN = 1_000;
  private static final int HUNDRED = 100;
  private static final int MAX_PORT = 65_535;
  private static final int SMTP_SUBMISSION = 587;
  private static final long MIB = 1024 * 1024;
  private static final double LEAST_CHANCE = 1e-6;
  private static final double MOST_CHANCE = 0.5;
  private static final Path DEFAULT_DATA = Path.of("fabwafer-data");

  private final Settings settings;

  private HubSettings(Settings settings) {
    this.settings = settings;
  }

  /**
   * Reads every setting of the hub; the mistakes are the settings' to tell.
   *
   * @see Settings#requireNoMistakes()
   */
  static HubConfig read(Settings settings) {
    return new HubSettings(settings).config();
  }

  private HubConfig config() {
    Path data = settings.path("data", DEFAULT_DATA);
    return new HubConfig(
        data,
        settings.path("archive", data.resolve("archive")),
        broker(),
        settings.texts("certificate-names", List.of()),
        web(),
        new AccountConfig(
            settings.duration("session-idle", AccountConfig.DEFAULT.idle()),
            settings.duration("session-longest", AccountConfig.DEFAULT.longest())),
        OidcSettings.read(settings, address("public-url")),
        ingest(),
        quarantine(),
        alarm(),
        retention(),
        upload(),
        review(),
        lifecycle(),
        delivery(),
        PipelineSettings.read(settings),
        watch());
  }

  private WatchConfig watch() {
    WatchConfig usual = WatchConfig.DEFAULT;
    int least = WatchConfig.LEAST_WAFERS;
    int most = WatchConfig.MOST_WAFERS;
    return new WatchConfig(
        settings.integer("watch-reference", usual.reference(), least, most),
        settings.integer("watch-window", usual.window(), least, most),
        settings.number("watch-false-alarms", usual.falseAlarms(), LEAST_CHANCE, MOST_CHANCE));
  }

  private ReviewConfig review() {
    ReviewConfig usual = ReviewConfig.DEFAULT;
    int random = settings.integer("review-random-percent", usual.randomPercent(), 0, HUNDRED);
    int second = settings.integer("review-second-percent", usual.secondPercent(), 0, HUNDRED);
    int known = settings.integer("review-known-percent", usual.knownPercent(), 0, HUNDRED);
    if (random + second + known > HUNDRED) {
      settings.mistake(
          "review-random-percent", "and the other shares must be at most 100 together");
      return usual;
    }
    return new ReviewConfig(
        settings.whole("review-seed", usual.seed(), 0, Long.MAX_VALUE),
        random,
        second,
        known,
        settings.integer("review-sample-one-in", usual.sampleOneIn(), 1, Integer.MAX_VALUE),
        settings.duration("review-lease", usual.lease()));
  }

  /** Without the first model, which is the command's to say. */
  private LifecycleConfig lifecycle() {
    return new LifecycleConfig(
        Optional.empty(), settings.integer("model-approvers", 1, 1, LifecycleConfig.MAX_APPROVERS));
  }

  private DeliveryConfig delivery() {
    DeliveryConfig usual = DeliveryConfig.DEFAULT;
    Rules rules =
        new Rules(
            settings.integer(
                "rollout-probation", usual.rules().probation(), 0, ModelManifest.MAX_PROBATION),
            settings.duration("rollout-soak", usual.rules().soak()),
            settings.number("rollout-max-errors", usual.rules().maxErrorShare(), 0, 1),
            settings.number("rollout-max-disagreement", usual.rules().maxDisagreementShare(), 0, 1),
            settings.number("rollout-max-slowdown", usual.rules().maxSlowdown(), 1, MOST_SLOWDOWN));
    List<String> usualStages = usual.stages().stream().map(String::valueOf).toList();
    try {
      return new DeliveryConfig(
          settings.path("model-signing-key"),
          settings.texts("rollout-stages", usualStages).stream().map(Integer::valueOf).toList(),
          rules);
    } catch (NumberFormatException e) {
      settings.mistake("rollout-stages", "must be percentages such as [10, 50, 100]");
    } catch (HubException e) {
      settings.mistake("rollout-stages", String.valueOf(e.getMessage()));
    }
    return usual;
  }

  private UploadConfig upload() {
    UploadConfig usual = UploadConfig.DEFAULT;
    return new UploadConfig(
        settings.integer(
                "upload-limit-mib",
                (int) (usual.maxBytes() / MIB),
                1,
                (int) (UploadConfig.MOST_BYTES / MIB))
            * (int) MIB,
        settings.whole("upload-unpacked-mib", usual.maxUnpackedBytes() / MIB, 1, Integer.MAX_VALUE)
            * MIB,
        settings.integer("upload-wafers", usual.maxWafers(), 1, Integer.MAX_VALUE));
  }

  private IngestConfig ingest() {
    IngestConfig usual =
        settings.text("broker-host").isPresent() ? IngestConfig.EXTERNAL : IngestConfig.DEFAULT;
    return new IngestConfig(
        settings.integer(
            "receive-maximum", usual.receiveMaximum(), 1, IngestConfig.MAX_RECEIVE_MAXIMUM),
        settings.whole("parked-limit-mib", usual.parkedLimitBytes() / MIB, 1, Integer.MAX_VALUE)
            * MIB);
  }

  private BrokerConfig broker() {
    BrokerConfig.Embedded embedded =
        new BrokerConfig.Embedded(
            settings.text("mqtt-host", "127.0.0.1"),
            settings.integer("mqtt-port", BrokerConfig.Embedded.DEFAULT_PORT, 0, MAX_PORT),
            tlsListener(),
            settings.bool("mqtt-allow-open", false));
    Optional<String> external = settings.text("broker-host");
    Optional<PeerTls> tls = TlsSettings.read(settings, "broker");
    int externalPort =
        settings.integer(
            "broker-port",
            tls.isPresent() ? BrokerConfig.Tls.DEFAULT_PORT : BrokerConfig.Embedded.DEFAULT_PORT,
            1,
            MAX_PORT);
    Optional<String> user = settings.text("broker-user");
    Optional<String> password = settings.text("broker-password");
    if (password.isPresent() && user.isEmpty()) {
      settings.mistake("broker-password", "needs broker-user");
    }
    if (user.isPresent() && external.isEmpty()) {
      settings.mistake("broker-user", "needs broker-host");
    }
    if (external.isEmpty()) {
      return embedded;
    }
    if (embedded.tls().isPresent()) {
      settings.mistake(
          "broker-host", "and mqtt-tls-… exclude each other: its listeners are its own");
    }
    return new BrokerConfig.External(external.get(), externalPort, tls, user, password);
  }

  /** On where one of its settings is given. */
  private Optional<BrokerConfig.Tls> tlsListener() {
    Optional<String> host = settings.text("mqtt-tls-host");
    boolean given = host.isPresent() || settings.text("mqtt-tls-port").isPresent();
    int port = settings.integer("mqtt-tls-port", BrokerConfig.Tls.DEFAULT_PORT, 0, MAX_PORT);
    return given
        ? Optional.of(new BrokerConfig.Tls(host.orElse("0.0.0.0"), port))
        : Optional.empty();
  }

  private WebConfig web() {
    Optional<String> token = settings.text("machine-token");
    if (token.isPresent() && token.get().length() < WebConfig.MIN_TOKEN_CHARS) {
      settings.mistake(
          "machine-token",
          "must have at least %d characters, got %d"
              .formatted(WebConfig.MIN_TOKEN_CHARS, token.get().length()));
    }
    return new WebConfig(
        settings.text("http-host", "127.0.0.1"),
        settings.integer("http-port", DEFAULT_HTTP_PORT, 0, MAX_PORT),
        https(),
        settings.bool("http-allow-open", false),
        token,
        address("public-url"),
        trustedProxies());
  }

  private List<Network> trustedProxies() {
    List<Network> networks = new ArrayList<>();
    for (String text : settings.texts("trusted-proxies", List.of())) {
      try {
        networks.add(Network.of(text));
      } catch (HubException e) {
        settings.mistake("trusted-proxies", String.valueOf(e.getMessage()));
      }
    }
    return networks;
  }

  private Optional<WebConfig.Https> https() {
    Optional<Path> chain = settings.path("https-certificate");
    Optional<Path> key = settings.path("https-key");
    if (chain.isPresent() != key.isPresent()) {
      settings.mistake(
          chain.isPresent() ? "https-certificate" : "https-key",
          "needs " + (chain.isPresent() ? "https-key" : "https-certificate"));
    }
    if (settings.text("https-port").isEmpty()) {
      if (chain.isPresent()) {
        settings.mistake("https-certificate", "needs https-port");
      }
      return Optional.empty();
    }
    return Optional.of(
        new WebConfig.Https(
            settings.integer("https-port", DEFAULT_HTTPS_PORT, 0, MAX_PORT),
            chain.flatMap(given -> key.map(own -> new WebConfig.Pem(given, own)))));
  }

  private QuarantineConfig quarantine() {
    QuarantineConfig usual = QuarantineConfig.DEFAULT;
    return new QuarantineConfig(
        settings.integer("quarantine-limit", usual.limit(), 1, Integer.MAX_VALUE),
        settings.whole("quarantine-limit-mib", usual.limitBytes() / MIB, 1, Integer.MAX_VALUE)
            * MIB,
        usual.payloadLimitBytes());
  }

  private RetentionConfig retention() {
    Optional<Duration> images = kept("keep-images");
    Optional<Duration> classifications = kept("keep-classifications");
    if (classifications.isPresent()
        && (images.isEmpty() || images.get().compareTo(classifications.get()) > 0)) {
      settings.mistake(
          "keep-classifications", "needs a keep-images that is no longer: images go first");
      return RetentionConfig.FOREVER;
    }
    return new RetentionConfig(
        images, classifications, kept("keep-quarantine"), kept("keep-audit"));
  }

  private Optional<Duration> kept(String key) {
    if (settings.text(key).isEmpty()) {
      return Optional.empty();
    }
    Duration kept = settings.duration(key, RetentionConfig.LEAST);
    if (kept.compareTo(RetentionConfig.LEAST) < 0) {
      settings.mistake(key, "must be at least 1d");
      return Optional.empty();
    }
    return Optional.of(kept);
  }

  private AlarmConfig alarm() {
    return new AlarmConfig(
        settings.number("alarm-threshold", AlarmConfig.DEFAULT_THRESHOLD, 0, 1),
        thresholds(),
        settings.duration("alarm-quiet-time", AlarmConfig.DEFAULT_QUIET_TIME),
        settings.duration("alarm-notice-lifetime", AlarmConfig.DEFAULT_NOTICE_LIFETIME),
        address("alarm-webhook"),
        settings.texts("alarm-webhook-allow", List.of()),
        mail());
  }

  /** {@code faba=0.6, faba/camera1=0.7}. */
  private Map<String, Double> thresholds() {
    String key = "alarm-thresholds";
    Map<String, Double> thresholds = new HashMap<>();
    for (String text : settings.texts(key, List.of())) {
      String[] parts = text.split("=", 2);
      String[] names = parts[0].strip().split("/", -1);
      boolean named = names.length <= 2 && List.of(names).stream().allMatch(Names::isName);
      double threshold = parts.length == 2 ? share(parts[1]) : -1;
      if (!named || threshold < 0) {
        settings.mistake(key, "must be fab=0.6 or fab/camera=0.6 with 0 to 1, got '" + text + "'");
      } else {
        thresholds.put(parts[0].strip(), threshold);
      }
    }
    return thresholds;
  }

  /** A number from 0 to 1, or -1 where the text is none. */
  private static double share(String text) {
    try {
      double share = Double.parseDouble(text.strip());
      return share >= 0 && share <= 1 ? share : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private Optional<AlarmConfig.Mail> mail() {
    Optional<String> host = settings.text("mail-host");
    int port = settings.integer("mail-port", SMTP_SUBMISSION, 1, MAX_PORT);
    boolean starttls = settings.bool("mail-starttls", true);
    Optional<String> user = settings.text("mail-user");
    Optional<String> password = settings.text("mail-password");
    Optional<String> from = settings.text("mail-from");
    List<String> to = settings.texts("mail-to", List.of());
    if (host.isEmpty()) {
      if (from.isPresent() || !to.isEmpty() || user.isPresent()) {
        settings.mistake(
            "mail-host", "must name the SMTP server, as other mail settings are given");
      }
      return Optional.empty();
    }
    if (from.filter(HubSettings::isMailAddress).isEmpty()) {
      settings.mistake("mail-from", "must be a mail address, got '" + from.orElse("") + "'");
    }
    if (to.isEmpty() || !to.stream().allMatch(HubSettings::isMailAddress)) {
      settings.mistake("mail-to", "must be mail addresses, got " + to);
    }
    if (password.isPresent() && user.isEmpty()) {
      settings.mistake("mail-password", "needs mail-user");
    }
    return Optional.of(
        new AlarmConfig.Mail(host.get(), port, starttls, user, password, from.orElse(""), to));
  }

  private static boolean isMailAddress(String text) {
    return text.matches("[^@\\s<>\"]+@[^@\\s<>\"]+");
  }

  /** An http or https address that may be absent. */
  private Optional<URI> address(String key) {
    Optional<String> text = settings.text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI address = new URI(text.get());
      String scheme = String.valueOf(address.getScheme());
      if ((scheme.equals("http") || scheme.equals("https")) && address.getHost() != null) {
        return Optional.of(address);
      }
    } catch (URISyntaxException e) {
      settings.mistake(key, "must be an http or https address: " + e.getMessage());
      return Optional.empty();
    }
    settings.mistake(key, "must be an http or https address, got '" + text.get() + "'");
    return Optional.empty();
  }
}
