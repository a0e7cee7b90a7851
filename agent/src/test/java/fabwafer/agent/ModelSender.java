package fabwafer.agent;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.Topic;
import fabwafer.protocol.model.ChunkRequest;
import fabwafer.protocol.model.ModelKeys;
import fabwafer.protocol.model.ModelManifest;
import fabwafer.protocol.model.ModelReport;
import fabwafer.protocol.model.SignedManifest;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** What a hub does for models, over a real broker: orders, chunks on request, reports heard. */
final class ModelSender implements AutoCloseable {
  final KeyPair key = ModelKeys.make();
  private final Mqtt5AsyncClient client;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final List<ModelReport> reports = new CopyOnWriteArrayList<>();
  private final List<ChunkRequest> requests = new CopyOnWriteArrayList<>();

  /** So many chunks are sent, then no more until it is raised. */
  final AtomicLong budget = new AtomicLong(Long.MAX_VALUE);

  ModelSender(int port) throws Exception {
    client =
        MqttClient.builder()
            .useMqttVersion5()
            .identifier("sender")
            .serverHost("127.0.0.1")
            .serverPort(port)
            .buildAsync();
    client.connect().get(10, TimeUnit.SECONDS);
    client
        .subscribeWith()
        .topicFilter("fabwafer/+/+/model/reported/#")
        .qos(MqttQos.AT_LEAST_ONCE)
        .callback(this::hear)
        .send()
        .get(10, TimeUnit.SECONDS);
  }

  /** Retains an order signed with this sender's key. */
  void order(ModelManifest manifest, Map<String, byte[]> model) {
    offer(model);
    order(manifest.device(), SignedManifest.sign(manifest, key).toPayload());
  }

  void order(DeviceName device, byte[] payload) {
    publish(new Topic.Model(device, "desired"), payload, true);
  }

  /** Answers requests for these files from now on. */
  void offer(Map<String, byte[]> model) {
    model.values().forEach(file -> files.put(ModelManifest.sha256(file), file));
  }

  /** Answers requests for a file with other bytes. */
  void tamper(byte[] file) {
    byte[] other = file.clone();
    other[other.length / 2] ^= 1;
    files.put(ModelManifest.sha256(file), other);
  }

  List<ModelReport> reports() {
    return reports;
  }

  List<ChunkRequest> requests() {
    return requests;
  }

  boolean reported(Predicate<ModelReport> wanted) {
    return !reports.isEmpty() && wanted.test(reports.getLast());
  }

  private void hear(Mqtt5Publish message) {
    Topic.Model topic = (Topic.Model) Topic.parse(message.getTopic().toString());
    if (topic.rest().equals(ModelReport.TOPIC_REST)) {
      reports.add(ModelReport.parse(message.getPayloadAsBytes()));
      return;
    }
    ChunkRequest request = ChunkRequest.parse(message.getPayloadAsBytes());
    requests.add(request);
    byte[] file = files.getOrDefault(request.sha256(), new byte[0]);
    long offset = request.offset();
    for (int i = 0; i < request.chunks() && offset < file.length; i++) {
      if (budget.getAndDecrement() <= 0) {
        return;
      }
      byte[] chunk =
          Arrays.copyOfRange(
              file, (int) offset, (int) Math.min(file.length, offset + ChunkRequest.CHUNK_BYTES));
      publish(ChunkRequest.chunkTopic(topic.device(), request.sha256(), offset), chunk, false);
      offset += chunk.length;
    }
  }

  private void publish(Topic.Model topic, byte[] payload, boolean retained) {
    var _ =
        client
            .publishWith()
            .topic(topic.toString())
            .qos(MqttQos.AT_LEAST_ONCE)
            .retain(retained)
            .payload(payload)
            .send();
  }

  @Override
  public void close() {
    client.disconnect().exceptionally(_ -> null).join();
  }
}
