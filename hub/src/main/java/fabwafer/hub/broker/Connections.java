package fabwafer.hub.broker;

import fabwafer.hub.device.DeviceGate.Admission.Admitted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Who is connected, by client identifier. Safe on any thread. */
final class Connections {
  private final AtomicLong numbers = new AtomicLong();
  private final Map<String, Connection> byClientId = new ConcurrentHashMap<>();

  /**
   * One connection.
   *
   * @param number tells it from a later one of the same client identifier
   * @param admitted which device it is, by which credential; empty for one without any, on a
   *     listener that asks for none
   * @param address where from
   */
  record Connection(
      long number, String clientId, Optional<Admitted> admitted, Optional<String> address) {}

  /** Adds a connection that was let in, in place of an earlier one of its client identifier. */
  Connection add(String clientId, Optional<Admitted> admitted, Optional<String> address) {
    Connection connection = new Connection(numbers.incrementAndGet(), clientId, admitted, address);
    byClientId.put(clientId, connection);
    return connection;
  }

  Optional<Connection> of(String clientId) {
    return Optional.ofNullable(byClientId.get(clientId));
  }

  /** Removes a connection that ended, unless a later one has taken its place. */
  void remove(String clientId, long number) {
    byClientId.computeIfPresent(
        clientId, (_, connection) -> connection.number() == number ? null : connection);
  }

  /** Those that match. */
  List<Connection> which(Predicate<Connection> predicate) {
    List<Connection> found = new ArrayList<>();
    for (Connection connection : byClientId.values()) {
      if (predicate.test(connection)) {
        found.add(connection);
      }
    }
    return found;
  }
}
