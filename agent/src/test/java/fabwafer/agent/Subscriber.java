package fabwafer.agent;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import fabwafer.protocol.ImageMessage;
import fabwafer.protocol.PredictionMessage;
import fabwafer.protocol.StatusMessage;
import fabwafer.protocol.Topic;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** What a hub would hear: every message of the protocol, parsed as a hub does. */
final class Subscriber implements AutoCloseable {
  private final Mqtt5AsyncClient client;
  private final List<ImageMessage> images = new CopyOnWriteArrayList<>();
  private final List<PredictionMessage> predictions = new CopyOnWriteArrayList<>();
  private final List<StatusMessage> statuses = new CopyOnWriteArrayList<>();
  private final List<String> order = new CopyOnWriteArrayList<>();

  private Subscriber(Mqtt5AsyncClient client) {
    this.client = client;
  }

  static Subscriber at(Mosquitto broker) throws Exception {
    return at(broker, "hub", Topic.ALL);
  }

  static Subscriber at(Mosquitto broker, String clientId, String filter) throws Exception {
    Mqtt5AsyncClient client =
        MqttClient.builder()
            .useMqttVersion5()
            .identifier(clientId)
            .serverHost("127.0.0.1")
            .serverPort(broker.port())
            .automaticReconnect()
            .initialDelay(50, TimeUnit.MILLISECONDS)
            .maxDelay(200, TimeUnit.MILLISECONDS)
            .applyAutomaticReconnect()
            .buildAsync();
    Subscriber subscriber = new Subscriber(client);
    client
        .connectWith()
        .cleanStart(false)
        .sessionExpiryInterval(3600)
        .send()
        .get(10, TimeUnit.SECONDS);
    client
        .subscribeWith()
        .topicFilter(filter)
        .qos(MqttQos.AT_LEAST_ONCE)
        .callback(subscriber::hear)
        .send()
        .get(10, TimeUnit.SECONDS);
    return subscriber;
  }

  private void hear(Mqtt5Publish message) {
    byte[] payload = message.getPayloadAsBytes();
    switch (Topic.parse(message.getTopic().toString())) {
      case Topic.Image topic -> images.add(ImageMessage.parse(topic, payload));
      case Topic.Prediction topic -> predictions.add(PredictionMessage.parse(topic, payload));
      case Topic.Status _ -> statuses.add(StatusMessage.parse(payload));
      case Topic.Model _, Topic.Hold _ -> {}
    }
    order.add(message.getTopic().toString());
  }

  List<ImageMessage> images() {
    return images;
  }

  List<PredictionMessage> predictions() {
    return predictions;
  }

  List<StatusMessage> statuses() {
    return statuses;
  }

  /** Topics in the order they were heard. */
  List<String> order() {
    return order;
  }

  /** Inspections of which both messages came; the same delivered again counts once. */
  Set<Identity> inspections() {
    Set<Identity> withImage = new HashSet<>();
    images.forEach(image -> withImage.add(new Identity(image.imgid(), image.timestampMillis())));
    Set<Identity> both = new HashSet<>();
    predictions.forEach(
        prediction -> both.add(new Identity(prediction.imgid(), prediction.timestampMillis())));
    both.retainAll(withImage);
    return both;
  }

  @Override
  public void close() {
    client.disconnect().exceptionally(_ -> null).join();
  }
}
