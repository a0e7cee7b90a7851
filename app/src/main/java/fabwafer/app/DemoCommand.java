package fabwafer.app;

import fabwafer.agent.Agent;
import fabwafer.agent.AgentConfig;
import fabwafer.agent.AgentConfig.Broker;
import fabwafer.agent.AgentConfig.Camera;
import fabwafer.agent.AgentConfig.SpoolLimits;
import fabwafer.agent.AgentConfig.Watching;
import fabwafer.hub.HubConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fabwafer demo}: the whole loop on this machine, with cameras that are none. */
@Command(
    name = "demo",
    description = {
      "Runs hub, agent and two simulated cameras on this machine and prints where to log in.",
      "Wafers are real ones of WM-811K and synthetic ones; every few minutes a process goes wrong.",
      "Ctrl-C ends it; its data goes with it, unless --data keeps it."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final String FAB = "faba";
  private static final int DEFAULT_HTTP_PORT = 8080;

  /** Wafers of the day before, so that charts and lists are not empty at the first look. */
  private static final int PAST_WAFERS = 150;

  private static final Duration PAST = Duration.ofHours(24);
  private static final int WAFERS_BETWEEN_EXCURSIONS = 50;
  private static final Logger LOG = LoggerFactory.getLogger(DemoCommand.class);

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keep the demo's data in this new or empty folder; default: a temporary one.")
  private @Nullable Path data;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "The portal's port; default: 8080, or a free one where that is taken.")
  private @Nullable Integer httpPort;

  @Option(
      names = "--mqtt-port",
      paramLabel = "PORT",
      description = "The broker's port; default: any free one.")
  private int mqttPort;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Seconds from wafer to wafer of a camera; default: ${DEFAULT-VALUE}.")
  private double seconds = 3;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Same seed, same sequence of wafers; default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @SuppressWarnings("NullAway.Init") // picocli sets the spec before it runs the command
  DemoCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path home = Path.of(System.getProperty("fabwafer.home", "."));
    if (!(seconds >= 0.05 && seconds <= 3_600)) {
      throw new Settings.MistakesException(
          List.of("--seconds must be 0.05 to 3600, got " + seconds));
    }
    Path folder = folder();
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "demo-stop"));
    start(folder, home);
    new CountDownLatch(1).await();
    return 0;
  }

  private void start(Path folder, Path home) throws IOException {
    int port = httpPort != null ? httpPort : freePort(DEFAULT_HTTP_PORT);
    RunningHub hub =
        RunningHub.start(
            HubConfig.loopback(folder.resolve("hub"), port, mqttPort),
            Optional.of(ModelOption.ownModel()));
    opened(hub);
    List<Camera> cameras =
        List.of(
            new Camera("camera1", Files.createDirectories(folder.resolve("camera1"))),
            new Camera("camera2", Files.createDirectories(folder.resolve("camera2"))));
    opened(
        Agent.start(
            new AgentConfig(
                FAB,
                cameras,
                new Broker("127.0.0.1", hub.mqttPort(), "demo-agent", Optional.empty()),
                new SpoolLimits(folder.resolve("spool"), 10_000, 4 * SpoolLimits.LEAST_BYTES),
                Watching.DEFAULT,
                ModelOption.ownModel(),
                Optional.empty())));
    print(hub, folder);
    SplittableRandom seeds = new SplittableRandom(seed);
    for (Camera camera : cameras) {
      SimulatedCamera simulated =
          new SimulatedCamera(
              camera.folder(),
              home.resolve("samples"),
              new SimulatedFab(seeds.split(), WAFERS_BETWEEN_EXCURSIONS),
              seeds.split());
      opened(simulated);
      simulated.writePast(PAST_WAFERS, PAST);
      simulated.start(Duration.ofMillis((long) (1_000 * seconds)));
    }
  }

  private void print(RunningHub hub, Path folder) {
    PrintWriter out = spec.commandLine().getOut();
    out.println();
    out.println("  portal     " + hub.address());
    out.println("  user       admin");
    out.println("  password   " + hub.firstAdminPassword().orElse("as before"));
    out.println();
    out.println("  Wafers arrive in " + folder.resolve("camera1") + " and camera2.");
    out.println("  Ctrl-C ends the demo" + (data == null ? " and deletes its data." : "."));
    out.println();
    out.flush();
  }

  private Path folder() throws IOException {
    if (data == null) {
      Path temporary = Files.createTempDirectory("fabwafer-demo");
      opened(() -> delete(temporary));
      return temporary;
    }
    Path folder = Files.createDirectories(data).toAbsolutePath();
    try (Stream<Path> files = Files.list(folder)) {
      if (files.findAny().isPresent()) {
        throw new Settings.MistakesException(
            List.of("--data must be a new or empty folder, " + folder + " holds something"));
      }
    }
    return folder;
  }

  private synchronized void opened(AutoCloseable part) {
    open.addLast(part);
  }

  /** The last opened first: cameras, agent, hub, folder. */
  private synchronized void close() {
    while (!open.isEmpty()) {
      try {
        open.removeLast().close();
      } catch (Exception e) {
        LOG.warn("the demo did not end cleanly: {}", e.getMessage());
      }
    }
  }

  /** The port wanted, or any free one where it is taken. */
  private static int freePort(int wanted) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
      return wanted;
    } catch (IOException e) {
      try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return any.getLocalPort();
      }
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.deleteIfExists(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("the demo's folder {} could not be deleted: {}", folder, e.getMessage());
    }
  }
}
