package fabwafer.hub.alarm;

import java.io.IOException;

/** Publishes at the hub's broker. */
@FunctionalInterface
public interface Publisher {
  /**
   * Publishes with QoS 1; returns once the broker has the message.
   *
   * @throws IOException if it has it not, as far as is known
   */
  void publish(String topic, byte[] payload) throws IOException;
}
