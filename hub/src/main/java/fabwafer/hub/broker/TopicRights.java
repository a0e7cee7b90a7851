package fabwafer.hub.broker;

import fabwafer.hub.device.Device;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.MessageException;
import fabwafer.protocol.Names;
import fabwafer.protocol.Topic;
import java.util.Optional;

/**
 * Which topics are whose. A device writes its own cameras' images, predictions, status and what it
 * reports of its model, and reads its own cameras' model topics; nothing else.
 */
final class TopicRights {
  private static final String REPORTED = "reported";
  private static final String ANY_LEVEL = "+";
  private static final String MODEL = "model";
  private static final String HOLD = "/hold";
  private static final String HUB_HOLDS = "the hub alone holds lots";

  /** {@code fabwafer/<fab>/<camera>/model/<at least one>}. */
  private static final int MODEL_FILTER_LEVELS = 5;

  private TopicRights() {}

  /**
   * Why a device may not publish; empty: it may.
   *
   * @param retained whether the broker is to keep the message; only states are kept, for else a
   *     device could fill the broker with images
   */
  static Optional<String> mayNotPublish(Device device, String topic, boolean retained) {
    Topic parsed;
    try {
      parsed = Topic.parse(topic);
    } catch (MessageException e) {
      return Optional.of("it is no topic of the protocol");
    }
    if (!device.speaksFor(parsed.device())) {
      return Optional.of("it is of " + parsed.device() + ", not of this device");
    }
    return switch (parsed) {
      case Topic.Image _, Topic.Prediction _ ->
          retained ? Optional.of("images and predictions are not retained") : Optional.empty();
      case Topic.Status _ -> Optional.empty();
      case Topic.Hold _ -> Optional.of(HUB_HOLDS);
      case Topic.Model model ->
          model.rest().equals(REPORTED) || model.rest().startsWith(REPORTED + "/")
              ? Optional.empty()
              : Optional.of("of a model topic, a device writes reported alone");
    };
  }

  /** Why a client without a credential may not publish; empty: it may. */
  static Optional<String> strangerMayNotPublish(String topic) {
    if (!topic.startsWith(Topic.ROOT + "/")) {
      return Optional.of("topics here begin with " + Topic.ROOT + "/");
    }
    // What holds lots acts on it, and cannot tell who wrote it.
    return topic.endsWith(HOLD) ? Optional.of(HUB_HOLDS) : Optional.empty();
  }

  /** Why a device may not have this last will; empty: it may. */
  static Optional<String> mayNotWill(Device device, String topic, boolean retained) {
    Optional<String> refusal = mayNotPublish(device, topic, retained);
    if (refusal.isPresent() || Topic.parse(topic) instanceof Topic.Status) {
      return refusal;
    }
    return Optional.of("a last will is a status");
  }

  /** Why a device may not subscribe; empty: it may. */
  static Optional<String> mayNotSubscribe(Device device, String filter) {
    String[] levels = filter.split("/", -1);
    boolean ofModels =
        levels.length >= MODEL_FILTER_LEVELS
            && levels[0].equals(Topic.ROOT)
            && levels[1].equals(device.fab())
            && levels[3].equals(MODEL);
    if (!ofModels) {
      return Optional.of("a device reads its own cameras' model topics alone");
    }
    String camera = levels[2];
    boolean own =
        camera.equals(ANY_LEVEL)
            ? device.cameras().isEmpty()
            : Names.isName(camera) && device.speaksFor(new DeviceName(device.fab(), camera));
    return own ? Optional.empty() : Optional.of("it is another device's model topic");
  }
}
