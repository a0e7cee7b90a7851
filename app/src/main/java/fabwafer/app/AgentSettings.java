package fabwafer.app;

import fabwafer.agent.AgentConfig;
import fabwafer.agent.AgentConfig.Broker;
import fabwafer.agent.AgentConfig.Camera;
import fabwafer.agent.AgentConfig.Credentials;
import fabwafer.agent.AgentConfig.Remote;
import fabwafer.agent.AgentConfig.SpoolLimits;
import fabwafer.agent.AgentConfig.Watching;
import fabwafer.agent.AgentException;
import fabwafer.agent.Credential;
import fabwafer.agent.model.ModelDelivery;
import fabwafer.hub.broker.BrokerConfig;
import fabwafer.protocol.Names;
import fabwafer.protocol.tls.PeerTls;
import fabwafer.protocol.tls.TlsException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Reads an {@link AgentConfig} from settings; docs/agent.md names every key. */
final class AgentSettings {
  private static final int DEFAULT_BROKER_PORT = 1883;
  private static final int DEFAULT_SPOOL_INSPECTIONS = 10_000;
  private static final long DEFAULT_SPOOL_BYTES = 1L << 30;
  private static final long DEFAULT_MODEL_BYTES = 256L << 20;
  private static final Duration DEFAULT_REMOTE_TIMEOUT = Duration.ofSeconds(2);

  private AgentSettings() {}

  /**
   * Reads the config.
   *
   * @throws Settings.MistakesException naming every mistake at once
   */
  static AgentConfig read(Settings settings) {
    String fab = name(settings, "fab", settings.text("fab", ""));
    List<Camera> cameras = cameras(settings);
    Optional<Broker> broker = broker(settings, fab);
    SpoolLimits spool =
        new SpoolLimits(
            settings.path("spool", Path.of("spool")),
            settings.integer(
                "spool-limit", DEFAULT_SPOOL_INSPECTIONS, 1, SpoolLimits.MOST_INSPECTIONS),
            settings.whole(
                "spool-bytes", DEFAULT_SPOOL_BYTES, SpoolLimits.LEAST_BYTES, Long.MAX_VALUE),
            settings.duration("resend", SpoolLimits.DEFAULT_RESEND));
    Watching watching = watching(settings);
    Path model = settings.path("model", defaultModel());
    Optional<Remote> remote = remote(settings);
    Optional<ModelDelivery.Settings> delivery = delivery(settings, spool, broker);
    settings.requireNoMistakes();
    return new AgentConfig(
        fab, cameras, broker.orElseThrow(), spool, watching, model, remote, delivery);
  }

  private static Optional<ModelDelivery.Settings> delivery(
      Settings settings, SpoolLimits spool, Optional<Broker> broker) {
    boolean wanted = settings.bool("model-delivery", true);
    Path folder = settings.path("model-folder", spool.folder().resolve(".models"));
    Optional<Path> key =
        settings
            .path("model-key")
            .or(() -> broker.flatMap(Broker::renewed).flatMap(Credential::modelKey));
    long bytes = settings.whole("model-bytes", DEFAULT_MODEL_BYTES, 1, Long.MAX_VALUE);
    return wanted ? Optional.of(new ModelDelivery.Settings(folder, key, bytes)) : Optional.empty();
  }

  /** The model that comes with the program. */
  private static Path defaultModel() {
    return Path.of(System.getProperty("fabwafer.home", "."), "models", "default");
  }

  private static List<Camera> cameras(Settings settings) {
    CameraFileSettings reading = new CameraFileSettings(settings);
    List<Camera> cameras = new ArrayList<>();
    Map<Path, String> folders = new HashMap<>();
    for (String camera : new TreeSet<>(settings.children("cameras"))) {
      boolean section = !settings.children("cameras." + camera).isEmpty();
      String key = "cameras." + camera + (section ? ".folder" : "");
      Optional<Path> folder = settings.path(key);
      if (!Names.isName(camera)) {
        settings.mistake(key, "is no name: 1 to 128 of A-Z a-z 0-9 . _ - without a leading dot");
      } else if (folder.isEmpty() && section) {
        settings.mistake(key, "is missing");
      } else if (folder.isPresent()) {
        Path whole = folder.get().toAbsolutePath().normalize();
        String other = folders.putIfAbsent(whole, camera);
        if (other != null) {
          settings.mistake(key, "watches the same folder as cameras." + other + ": " + whole);
        } else {
          cameras.add(new Camera(camera, folder.get(), reading.of("cameras." + camera)));
        }
      }
    }
    if (folders.isEmpty() || folders.size() > AgentConfig.MAX_CAMERAS) {
      settings.mistake(
          "cameras",
          "must name 1 to %d cameras with their folders, such as { camera1 = \"/data/camera1\" }"
                  .formatted(AgentConfig.MAX_CAMERAS)
              + ", got "
              + folders.size());
    }
    return cameras;
  }

  private static Optional<Broker> broker(Settings settings, String fab) {
    Optional<Credential> credential = credential(settings, fab);
    Optional<PeerTls> tls = TlsSettings.read(settings, "broker");
    Optional<String> user = settings.text("broker-user");
    Optional<String> password = settings.text("broker-password");
    if (credential.isPresent() && tls.isPresent()) {
      settings.mistake("credential", "and broker-tls, -ca, -certificate, -key exclude each other");
    }
    if (credential.isPresent()) {
      tls = tls(settings, credential.get());
    }
    String host =
        settings.text(
            "broker-host", credential.map(known -> known.hub().getHost()).orElse("127.0.0.1"));
    int usual = tls.isPresent() ? BrokerConfig.Tls.DEFAULT_PORT : DEFAULT_BROKER_PORT;
    int port =
        settings.integer(
            "broker-port", credential.flatMap(Credential::brokerPort).orElse(usual), 1, 65_535);
    String knownAs =
        credential
            .map(Credential::device)
            .or(() -> user.filter(Names::isName))
            .orElse("agent-" + fab);
    String clientId = name(settings, "client-id", settings.text("client-id", knownAs));
    if (host.isBlank()) {
      settings.mistake("broker-host", "must not be empty");
      return Optional.empty();
    }
    if (user.isPresent() != password.isPresent() || user.filter(String::isBlank).isPresent()) {
      settings.mistake("broker-user", "and broker-password go together: give both or none");
      return Optional.empty();
    }
    if (!Names.isName(clientId)) {
      return Optional.empty();
    }
    Optional<Credentials> credentials =
        user.map(known -> new Credentials(known, password.orElseThrow()));
    return Optional.of(new Broker(host, port, clientId, credentials, tls, credential));
  }

  private static Optional<Credential> credential(Settings settings, String fab) {
    Optional<Path> folder = settings.path("credential");
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    try {
      Credential credential = Credential.read(folder.get());
      if (!credential.fab().equals(fab) && Names.isName(fab)) {
        settings.mistake(
            "fab", "is %s, but the credential is for %s".formatted(fab, credential.fab()));
      }
      return Optional.of(credential);
    } catch (AgentException e) {
      settings.mistake("credential", "is unusable: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<PeerTls> tls(Settings settings, Credential credential) {
    try {
      return Optional.of(credential.tls());
    } catch (TlsException e) {
      settings.mistake("credential", "is unusable: " + e.getMessage() + "; enrol again");
      return Optional.empty();
    }
  }

  private static Watching watching(Settings settings) {
    Watching usual = Watching.DEFAULT;
    Duration poll = settings.duration("poll-interval", usual.pollInterval());
    Duration settle = settings.duration("settle", usual.settle());
    Duration patience = settings.duration("patience", usual.patience());
    boolean events = settings.bool("watch-events", usual.events());
    boolean shared = settings.bool("shared-folders", usual.shared());
    if (patience.compareTo(settle) < 0) {
      settings.mistake("patience", "must be at least settle");
      return usual;
    }
    return new Watching(poll, settle, patience, events, shared);
  }

  private static Optional<Remote> remote(Settings settings) {
    Duration timeout = settings.duration("remote-timeout", DEFAULT_REMOTE_TIMEOUT);
    Optional<String> token = settings.text("hub-token");
    Optional<String> url = settings.text("hub-url");
    if (url.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI hub = new URI(url.get());
      boolean web = "http".equals(hub.getScheme()) || "https".equals(hub.getScheme());
      if (web && hub.getHost() != null) {
        return Optional.of(new Remote(hub, timeout, token));
      }
    } catch (URISyntaxException e) {
      settings.mistake("hub-url", "is no address: " + e.getMessage());
      return Optional.empty();
    }
    settings.mistake(
        "hub-url", "must be an address such as http://hub:8080, got '" + url.get() + "'");
    return Optional.empty();
  }

  private static String name(Settings settings, String key, String text) {
    if (text.isEmpty()) {
      settings.mistake(key, "is missing");
    } else if (!Names.isName(text)) {
      settings.mistake(
          key, "must be 1 to 128 of A-Z a-z 0-9 . _ - without a leading dot, got '" + text + "'");
    }
    return text;
  }
}
