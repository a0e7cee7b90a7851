package fabwafer.agent.model;

import fabwafer.protocol.MessageException;
import fabwafer.protocol.model.SignedManifest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a camera uses and used before, as its file holds it: the payloads of the two orders, a line
 * each.
 *
 * @param current the order that is followed
 * @param previous the one before, to go back to where the current one cannot be used
 */
record Choice(Optional<SignedManifest> current, Optional<SignedManifest> previous) {
  static final Choice NONE = new Choice(Optional.empty(), Optional.empty());

  /** Reads a file's bytes; what cannot be read counts as none, and is fetched again. */
  static Choice parse(byte[] bytes) {
    List<Optional<SignedManifest>> orders = new ArrayList<>();
    new String(bytes, StandardCharsets.UTF_8).lines().forEach(line -> orders.add(order(line)));
    return new Choice(
        orders.isEmpty() ? Optional.empty() : orders.getFirst(),
        orders.size() < 2 ? Optional.empty() : orders.get(1));
  }

  private static Optional<SignedManifest> order(String line) {
    try {
      return Optional.of(SignedManifest.parse(line.getBytes(StandardCharsets.UTF_8)));
    } catch (MessageException e) {
      return Optional.empty();
    }
  }

  byte[] toBytes() {
    return (line(current) + line(previous)).getBytes(StandardCharsets.UTF_8);
  }

  private static String line(Optional<SignedManifest> order) {
    return order.map(known -> new String(known.toPayload(), StandardCharsets.UTF_8)).orElse("")
        + "\n";
  }
}
