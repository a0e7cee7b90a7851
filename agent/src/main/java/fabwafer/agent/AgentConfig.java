package fabwafer.agent;

import fabwafer.agent.model.ModelDelivery;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.Limits;
import fabwafer.protocol.Names;
import fabwafer.protocol.tls.PeerTls;
import fabwafer.wafer.format.ReadOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All an agent needs to know. Once it exists, it is right; whether folders, broker and model are
 * there is seen when the agent runs.
 *
 * @param fab whose cameras they are, a name, see {@link Names}
 * @param cameras 1 to {@link #MAX_CAMERAS}, no two of one name or one folder
 * @param broker where to publish
 * @param spool where and how much to keep until it is acknowledged
 * @param watching when a file is taken
 * @param modelPath folder or zip of the model used here
 * @param remote a hub to ask first, or empty to classify here only
 * @param delivery how models of the hub are received, or empty to take none
 */
public record AgentConfig(
    String fab,
    List<Camera> cameras,
    Broker broker,
    SpoolLimits spool,
    Watching watching,
    Path modelPath,
    Optional<Remote> remote,
    Optional<ModelDelivery.Settings> delivery) {
  /** Most cameras of one agent: each has two threads and a connection of its own. */
  public static final int MAX_CAMERAS = 64;

  /** An agent that takes no models of the hub. */
  public AgentConfig(
      String fab,
      List<Camera> cameras,
      Broker broker,
      SpoolLimits spool,
      Watching watching,
      Path modelPath,
      Optional<Remote> remote) {
    this(fab, cameras, broker, spool, watching, modelPath, remote, Optional.empty());
  }

  public AgentConfig {
    Names.requireName("fab", fab);
    cameras = List.copyOf(cameras);
    if (cameras.isEmpty() || cameras.size() > MAX_CAMERAS) {
      throw new AgentException(
          "cameras must be 1 to %d, got %d".formatted(MAX_CAMERAS, cameras.size()));
    }
    Set<String> names = new HashSet<>();
    Set<Path> folders = new HashSet<>();
    for (Camera camera : cameras) {
      if (!names.add(camera.name())) {
        throw new AgentException("two cameras are named " + camera.name());
      }
      if (!folders.add(camera.folder().toAbsolutePath().normalize())) {
        throw new AgentException("two cameras share the folder " + camera.folder());
      }
    }
  }

  /** The devices that its cameras are to the hub. */
  List<DeviceName> devices() {
    return cameras.stream().map(this::device).toList();
  }

  /** The device a camera is to the hub. */
  DeviceName device(Camera camera) {
    return new DeviceName(fab, camera.name());
  }

  /**
   * One camera.
   *
   * @param name unique in its fab, see {@link Names}
   * @param folder where its files appear; {@code done} and {@code rejected} are made in it
   * @param files how its files are read
   */
  public record Camera(String name, Path folder, Files files) {
    public Camera {
      Names.requireName("camera", name);
    }

    /** A camera whose files are read as they say. */
    public Camera(String name, Path folder) {
      this(name, folder, Files.DEFAULT);
    }
  }

  /**
   * How a camera's files are read. PNG and JPEG pictures have bounds of their own.
   *
   * @param reading which formats are taken, and what counts where they do not say it themselves
   * @param zone of times that a file states without one
   * @param settle how long a file must stand still: many formats have no end that could be missed
   * @param maxBytes most bytes of a file, as it is, at least 1
   * @param maxWafers most wafers of a file, 1 to {@link #MOST_WAFERS}
   */
  public record Files(
      ReadOptions reading, ZoneId zone, Duration settle, long maxBytes, int maxWafers) {
    /** Well below what a spool remembers: each wafer of a file is known until its last is kept. */
    public static final int MOST_WAFERS = 10_000;

    /** Every format; an STDF file of a lot is a gigabyte at most. */
    public static final Files DEFAULT =
        new Files(ReadOptions.DEFAULT, ZoneOffset.UTC, Duration.ofSeconds(2), 4L << 30, 1_000);

    public Files {
      requirePositive("settle time of files", settle);
      if (maxBytes < 1) {
        throw new AgentException("file bytes must be at least 1, got %,d".formatted(maxBytes));
      }
      if (maxWafers < 1 || maxWafers > MOST_WAFERS) {
        throw new AgentException(
            "wafers of a file must be 1 to %,d, got %,d".formatted(MOST_WAFERS, maxWafers));
      }
    }
  }

  /**
   * An MQTT 5 broker.
   *
   * @param port 1 to 65,535
   * @param clientId prefix of the MQTT client identifiers, a name; a camera's connection is {@code
   *     <clientId>/<camera>}. No two agents of one broker may share it
   * @param credentials user name and password, or empty for none
   * @param tls what to trust and be known by; empty: no encryption
   * @param renewed the credential whose certificate is renewed while the agent runs, if there is
   *     one
   */
  public record Broker(
      String host,
      int port,
      String clientId,
      Optional<Credentials> credentials,
      Optional<PeerTls> tls,
      Optional<Credential> renewed) {
    /** A broker without encryption. */
    public Broker(String host, int port, String clientId, Optional<Credentials> credentials) {
      this(host, port, clientId, credentials, Optional.empty(), Optional.empty());
    }

    /** The identifier of the connection that models come on: no camera's name begins so. */
    String modelClientId() {
      return clientId + "/.models";
    }

    /** The identifier of a camera's connection: no name has a slash, so no two are the same. */
    String clientId(String camera) {
      return clientId + "/" + camera;
    }

    public Broker {
      if (host.isBlank()) {
        throw new AgentException("the broker's host must not be empty");
      }
      if (port < 1 || port > 65_535) {
        throw new AgentException("the broker's port must be 1 to 65535, got " + port);
      }
      Names.requireName("client id", clientId);
    }
  }

  /** What the broker knows the agent by. */
  public record Credentials(String user, String password) {
    public Credentials {
      if (user.isBlank()) {
        throw new AgentException("the broker's user must not be empty");
      }
    }

    /** Without the password: records end up in logs. */
    @Override
    public String toString() {
      return "Credentials[" + user + "]";
    }
  }

  /**
   * The spool's bounds; each camera has a spool of its own within them, so that one camera that
   * cannot publish stops no other.
   *
   * @param folder a camera's spool is {@code <folder>/<fab>/<camera>}
   * @param maxInspections most inspections waiting for the broker, a camera, 1 to {@link
   *     #MOST_INSPECTIONS}
   * @param maxBytes most bytes they may take, a camera; at least {@link #LEAST_BYTES}
   * @param resend what the broker acknowledged within this time before a connection was lost is
   *     sent again: a broker that is killed forgets what it had not written yet. Zero: nothing is
   */
  public record SpoolLimits(Path folder, int maxInspections, long maxBytes, Duration resend) {
    /** Longer than the time after which any broker we know writes what it acknowledged. */
    public static final Duration DEFAULT_RESEND = Duration.ofSeconds(10);

    /** Past this a folder of files is the wrong thing to keep them in. */
    public static final int MOST_INSPECTIONS = 1_000_000;

    /** One inspection of the largest image must fit. */
    public static final long LEAST_BYTES = Limits.MAX_PAYLOAD_BYTES;

    public SpoolLimits {
      if (maxInspections < 1 || maxInspections > MOST_INSPECTIONS) {
        throw new AgentException(
            "spool inspections must be 1 to %,d, got %,d"
                .formatted(MOST_INSPECTIONS, maxInspections));
      }
      if (maxBytes < LEAST_BYTES) {
        throw new AgentException(
            "spool bytes must be at least %,d, got %,d".formatted(LEAST_BYTES, maxBytes));
      }
      if (resend.isNegative()) {
        throw new AgentException("resend must not be negative, got " + resend);
      }
    }

    /** For a broker that forgets nothing it acknowledged. */
    public SpoolLimits(Path folder, int maxInspections, long maxBytes) {
      this(folder, maxInspections, maxBytes, Duration.ZERO);
    }
  }

  /**
   * When a file is taken.
   *
   * @param pollInterval how often a folder is listed whether or not the operating system reports a
   *     change; network shares report none
   * @param settle how long size and modification time must stand still
   * @param patience how long a file that stands still may lack its end before it is rejected
   * @param events whether to let the operating system report changes too, for latency
   * @param shared whether another agent watches the same folders: one takes the files, the other
   *     stands by, see {@link Lease}
   */
  public record Watching(
      Duration pollInterval, Duration settle, Duration patience, boolean events, boolean shared) {
    /** What suits a folder on a local disk: a closed file is taken some 60 ms later. */
    public static final Watching DEFAULT =
        new Watching(Duration.ofMillis(250), Duration.ofMillis(50), Duration.ofSeconds(10), true);

    /** For folders that no other agent watches. */
    public Watching(Duration pollInterval, Duration settle, Duration patience, boolean events) {
      this(pollInterval, settle, patience, events, false);
    }

    public Watching {
      requirePositive("poll interval", pollInterval);
      requirePositive("settle time", settle);
      requirePositive("patience", patience);
      if (patience.compareTo(settle) < 0) {
        throw new AgentException(
            "patience must be at least the settle time of %s, got %s".formatted(settle, patience));
      }
    }
  }

  /**
   * A hub that classifies for this agent.
   *
   * @param hub its address, http or https, such as {@code http://hub:8080}; {@code /invocations} is
   *     added
   * @param timeout for one answer, after which the wafer is classified here
   * @param token the hub's bearer token for machines, or empty where it asks for none
   */
  public record Remote(URI hub, Duration timeout, Optional<String> token) {
    public Remote {
      if (!("http".equals(hub.getScheme()) || "https".equals(hub.getScheme()))
          || hub.getHost() == null) {
        throw new AgentException("the hub must be an http or https address, got " + hub);
      }
      requirePositive("remote timeout", timeout);
    }

    /** Without the token: records end up in logs. */
    @Override
    public String toString() {
      return "Remote[" + hub + ", " + timeout + "]";
    }
  }

  private static void requirePositive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new AgentException(name + " must be longer than nothing, got " + duration);
    }
  }
}
