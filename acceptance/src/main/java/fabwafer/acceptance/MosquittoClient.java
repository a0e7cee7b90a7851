package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;

/** Publishes with Debian's {@code mosquitto_pub}: an MQTT client that is not ours. */
public final class MosquittoClient {
  private final int port;

  private MosquittoClient(int port) {
    this.port = port;
  }

  /** A client of a hub's broker on this machine. */
  public static MosquittoClient of(RunningHub hub) {
    return new MosquittoClient(hub.mqttPort());
  }

  /** Publishes a file's content at QoS 1; fails where the broker does not acknowledge it. */
  public void publish(String topic, Path file) {
    run(topic, "-f", file.toString());
  }

  /** Publishes a text at QoS 1; fails where the broker does not acknowledge it. */
  public void publish(String topic, String text) {
    run(topic, "-m", text);
  }

  private void run(String topic, String kind, String message) {
    Program.Finished finished =
        Program.run(
            Map.of(),
            "mosquitto_pub",
            "-h",
            "127.0.0.1",
            "-p",
            Integer.toString(port),
            "-q",
            "1",
            "-t",
            topic,
            kind,
            message);
    assertThat(finished.exit()).as(finished.printed()).isZero();
  }
}
