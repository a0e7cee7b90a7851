package fabwafer.hub.ingest;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.ImageMessage;
import fabwafer.protocol.PredictionMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A device that publishes to a broker with QoS 1. */
final class Device implements AutoCloseable {
  private final Mqtt5AsyncClient client;

  Device(int port) {
    client =
        Mqtt5Client.builder()
            .identifier("device-" + UUID.randomUUID())
            .serverHost("127.0.0.1")
            .serverPort(port)
            .buildAsync();
    client.connect().join();
  }

  /** Publishes; done when the broker acknowledged. */
  CompletableFuture<?> publish(String topic, byte[] payload) {
    return client
        .publishWith()
        .topic(topic)
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload(payload)
        .send()
        .thenApply(
            result -> {
              if (result.getError().isPresent()) {
                throw new IllegalStateException(result.getError().get());
              }
              return result;
            });
  }

  CompletableFuture<?> publish(PredictionMessage message) {
    return publish(message.topic().toString(), message.toPayload());
  }

  CompletableFuture<?> publish(ImageMessage message) {
    return publish(message.topic().toString(), message.toPayload());
  }

  /** Publishes one of the sample messages and waits for the acknowledgement. */
  void publishSeed(String topicEnd, String file) {
    publish("fabwafer/faba/camera1/" + topicEnd, seed(file)).join();
  }

  static byte[] seed(String file) {
    try (InputStream in = Device.class.getResourceAsStream("/fabwafer/hub/seed/" + file)) {
      return Objects.requireNonNull(in, file).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PredictionMessage prediction(int number) {
    return PredictionMessage.of(
        new DeviceName("faba", "camera" + number % 4),
        "wafer" + number,
        1_700_000_000_000L + number,
        number % 10 == 0 ? "Loc" : "none",
        0.9);
  }

  @Override
  public void close() {
    client.disconnect().join();
  }
}
