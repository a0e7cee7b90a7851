package fabwafer.hub;

import fabwafer.hub.alarm.Publisher;
import fabwafer.hub.delivery.Delivery;
import fabwafer.hub.ingest.Ingest;
import fabwafer.hub.upload.Messages;
import fabwafer.hub.web.Health;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The line to ingest for the parts that are opened before it. Until ingest is there, what they hand
 * over fails and the hub's health says that it starts. Safe for every thread.
 */
final class IngestLine implements Messages, Publisher, Delivery.Wire {
  private volatile Optional<Ingest> ingest = Optional.empty();

  void connect(Ingest opened) {
    ingest = Optional.of(opened);
  }

  /** Whether messages may come; as long as nobody knows, they may. */
  boolean canStore() {
    return ingest.map(Ingest::canStore).orElse(true);
  }

  @Override
  public CompletableFuture<Void> submit(String topic, byte[] payload) {
    return ingest
        .orElseThrow(() -> new HubException("nothing can be stored yet: the hub starts"))
        .submit(topic, payload);
  }

  @Override
  public void publish(String topic, byte[] payload) throws IOException {
    ingest.orElseThrow(() -> new IOException("the hub starts")).publish(topic, payload);
  }

  @Override
  public CompletableFuture<?> publish(String topic, byte[] payload, boolean retained) {
    return ingest
        .<CompletableFuture<?>>map(there -> there.send(topic, payload, retained))
        .orElseGet(() -> CompletableFuture.failedFuture(new HubException("the hub starts")));
  }

  void addTo(Health health) {
    health.addNeeded(
        "broker",
        () ->
            ingest
                .map(Ingest::disconnection)
                .orElse(Optional.of("starting"))
                .map(Health.State::down)
                .orElse(Health.State.up("connected")));
    health.addNeeded(
        "storage",
        () ->
            ingest
                .flatMap(Ingest::trouble)
                .map(Health.State::down)
                .orElse(Health.State.up("messages are stored")));
  }
}
