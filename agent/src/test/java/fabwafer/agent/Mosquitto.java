package fabwafer.agent;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Debian's mosquitto as a process of its own, on a free port; can be killed and started again. */
final class Mosquitto implements AutoCloseable {
  private static final String PROGRAM = "/usr/sbin/mosquitto";

  private final Path folder;
  private final int port;
  private @Nullable Process process;

  private Mosquitto(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /** A broker that lets everybody do everything, and forgets everything when it ends. */
  static Mosquitto start(Path folder) throws IOException {
    return start(folder, "allow_anonymous true");
  }

  /**
   * @param settings further lines of its configuration; {@code persistence true} keeps sessions in
   *     its folder
   */
  static Mosquitto start(Path folder, String settings) throws IOException {
    Mosquitto broker = prepare(folder, settings);
    broker.start();
    return broker;
  }

  /** A broker that is not started yet. */
  static Mosquitto prepare(Path folder, String settings) throws IOException {
    Files.createDirectories(folder);
    Mosquitto broker = new Mosquitto(folder, freePort());
    broker.configure(settings);
    return broker;
  }

  /** Writes another configuration, for the next start. */
  void configure(String settings) throws IOException {
    Files.writeString(
        folder.resolve("mosquitto.conf"),
        """
        listener %d 127.0.0.1
        user root
        persistence_location %s/
        max_queued_messages 0
        log_dest file %s
        log_type all
        %s
        """
            .formatted(port, folder, folder.resolve("mosquitto.log"), settings));
  }

  void start() throws IOException {
    process =
        new ProcessBuilder(PROGRAM, "-c", folder.resolve("mosquitto.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Awaitility.await().atMost(10, SECONDS).until(this::listens);
  }

  /** SIGTERM, so that a broker with {@code persistence true} keeps its sessions. */
  void stop() {
    if (process != null) {
      process.destroy();
      process.onExit().join();
    }
  }

  /** SIGKILL. */
  void kill() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }

  int port() {
    return port;
  }

  AgentConfig.Broker address() {
    return new AgentConfig.Broker("127.0.0.1", port, "agent", Optional.empty());
  }

  @Override
  public void close() {
    kill();
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
