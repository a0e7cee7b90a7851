package fabwafer.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * Debian's mosquitto with its sessions on disk, written once a second as docs/operating.md asks
 * for; can be killed and started again on the same port.
 */
public final class MosquittoBroker implements AutoCloseable {
  private final Path folder;
  private final int port = Program.freePort();
  private Program program;

  private MosquittoBroker(Path folder) {
    this.folder = folder;
    this.program = launch();
    awaitReady();
  }

  /** Starts a broker that keeps what it must remember in a folder. */
  public static MosquittoBroker start(Path folder) {
    try {
      Files.createDirectories(folder);
      MosquittoBroker broker = new MosquittoBroker(folder);
      return broker;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return port;
  }

  /** SIGKILL. */
  public void kill() {
    program.kill();
  }

  /** Starts it again after its end; returns at once. */
  public void restart() {
    program.close();
    program = launch();
  }

  /** Waits until it takes connections. */
  public void awaitReady() {
    Awaitility.await()
        .atMost(Program.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .failFast("the broker ended", () -> !program.isAlive())
        .until(this::listens);
  }

  @Override
  public void close() {
    program.close();
  }

  private Program launch() {
    try {
      Path config =
          Files.writeString(
              folder.resolve("mosquitto.conf"),
              """
              listener %d 127.0.0.1
              allow_anonymous true
              user root
              persistence true
              persistence_location %s/
              autosave_interval 1
              max_queued_messages 0
              """
                  .formatted(port, folder));
      return Program.start(
          folder.resolve("mosquitto.log"),
          Map.of(),
          List.of("/usr/sbin/mosquitto", "-c", config.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
