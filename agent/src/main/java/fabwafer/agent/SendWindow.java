package fabwafer.agent;

import fabwafer.agent.BrokerConnection.Message;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The inspections on their way to the broker: of each, one message is sent and not answered; the
 * image, then the prediction. For the publisher's thread alone.
 */
final class SendWindow {
  /** Most inspections on their way at once, one message of each. */
  static final int INSPECTIONS = 16;

  /** Most image bytes on their way at once, unless a single image has more. */
  private static final long MAX_BYTES = 16L * 1024 * 1024;

  private final Map<Long, Sent> byNumber = new HashMap<>();
  private long bytes;

  /** One inspection on its way. */
  static final class Sent {
    private final Spool.Item item;
    private final Message prediction;
    private boolean imageAccepted;

    private Sent(Spool.Item item, Message prediction) {
      this.item = item;
      this.prediction = prediction;
    }

    Spool.Item item() {
      return item;
    }

    Message prediction() {
      return prediction;
    }

    /**
     * The broker accepted one of its messages.
     *
     * @return true if it was the image: the prediction is to be sent now
     */
    boolean acceptImage() {
      boolean wasImage = !imageAccepted;
      imageAccepted = true;
      return wasImage;
    }
  }

  /** An inspection's image is being sent, its prediction comes after it. */
  void add(Spool.Item item, Message prediction) {
    byNumber.put(item.number(), new Sent(item, prediction));
    bytes += item.bytes();
  }

  /** The inspection of a number; empty if it is not on its way. */
  Optional<Sent> of(long number) {
    return Optional.ofNullable(byNumber.get(number));
  }

  /** Both messages of an inspection are answered, or one is refused. */
  void remove(long number) {
    Sent removed = byNumber.remove(number);
    if (removed != null) {
      bytes -= removed.item.bytes();
    }
  }

  /** The connection is lost, and all that was on its way with it. */
  void clear() {
    byNumber.clear();
    bytes = 0;
  }

  /** Whether one more image has room. */
  boolean fits(Spool.Item item) {
    return byNumber.isEmpty() || bytes + item.bytes() <= MAX_BYTES;
  }

  boolean isEmpty() {
    return byNumber.isEmpty();
  }

  int size() {
    return byNumber.size();
  }

  /**
   * One of those on their way.
   *
   * @throws java.util.NoSuchElementException if there is none
   */
  Sent any() {
    return byNumber.values().iterator().next();
  }
}
