package fabwafer.hub.alarm;

import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The way of messages to hold and release lots: through the same durable outbox as notices, by MQTT
 * and, where there is one, the webhook.
 */
public final class HoldNotices {
  /** What the topics of these messages begin with. */
  public static final String TOPIC = "hold-";

  private final Outbox outbox;
  private volatile Delivered delivered = (_, _) -> {};

  HoldNotices(Outbox outbox) {
    this.outbox = outbox;
  }

  /** Hears that a machine has a message. */
  @FunctionalInterface
  public interface Delivered {
    /**
     * Hears it, on the thread that delivers.
     *
     * @param topic of the message
     * @param atMillis when, milliseconds since 1970
     */
    void on(String topic, long atMillis);
  }

  /** From now on the listener hears of each message that a machine has. */
  public void whenDelivered(Delivered listener) {
    delivered = listener;
  }

  /**
   * Puts a message on its way, in the caller's transaction; a topic is sent once.
   *
   * @param json with {@code fab}, {@code camera}, {@code action}, {@code what} and {@code reason}
   */
  public void send(Handle handle, String topic, ObjectNode json, long nowMillis) {
    outbox.add(
        handle,
        new Notice(
            topic,
            Notice.Kind.HOLD,
            OptionalLong.empty(),
            JsonMapper.shared().writeValueAsString(json)),
        nowMillis);
  }

  /** Takes back a message that no way has carried yet, in the caller's transaction. */
  public void withdraw(Handle handle, String topic, long nowMillis) {
    outbox.withdraw(handle, topic, nowMillis);
  }

  void delivered(Notice notice, String way, long atMillis) {
    if (notice.kind() == Notice.Kind.HOLD && !way.equals(LogWayOut.NAME)) {
      delivered.on(notice.topic(), atMillis);
    }
  }
}
