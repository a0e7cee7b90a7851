package fabwafer.protocol;

/**
 * A topic of the protocol: {@code fabwafer/<fab>/<camera>/…}. Images and predictions are written by
 * devices, model topics by the hub (desired) and the device (reported), the status by the device
 * and, as its last will, by the broker, holds by the hub.
 */
public sealed interface Topic {
  /** First level of every topic. */
  String ROOT = "fabwafer";

  /** The filter that matches every topic of the protocol. */
  String ALL = ROOT + "/#";

  /** Whose topic it is. */
  DeviceName device();

  /** {@code fabwafer/<fab>/<camera>/img/<imgid>}: an {@link ImageMessage}. */
  record Image(DeviceName device, String imgid) implements Topic {
    public Image {
      Names.requireName("imgid", imgid);
    }

    @Override
    public String toString() {
      return prefix(device) + "img/" + imgid;
    }
  }

  /** {@code fabwafer/<fab>/<camera>/prediction/<imgid>}: a {@link PredictionMessage}. */
  record Prediction(DeviceName device, String imgid) implements Topic {
    public Prediction {
      Names.requireName("imgid", imgid);
    }

    @Override
    public String toString() {
      return prefix(device) + "prediction/" + imgid;
    }
  }

  /** {@code fabwafer/<fab>/<camera>/status}: a retained {@link StatusMessage}. */
  record Status(DeviceName device) implements Topic {
    @Override
    public String toString() {
      return prefix(device) + "status";
    }
  }

  /**
   * {@code fabwafer/<fab>/<camera>/model/<rest>}.
   *
   * @param rest what follows {@code model/}, such as {@code desired}: names, one to {@link
   *     Limits#MAX_MODEL_LEVELS} levels
   */
  record Model(DeviceName device, String rest) implements Topic {
    public Model {
      String[] levels = rest.split("/", -1);
      if (levels.length > Limits.MAX_MODEL_LEVELS) {
        throw new MessageException(
            "a model topic must have at most %d levels after model/, got %d"
                .formatted(Limits.MAX_MODEL_LEVELS, levels.length));
      }
      for (String level : levels) {
        Names.requireName("a level of a model topic", level);
      }
    }

    @Override
    public String toString() {
      return prefix(device) + "model/" + rest;
    }
  }

  /** {@code fabwafer/<fab>/<camera>/hold}: the hub holds a lot, or releases it. */
  record Hold(DeviceName device) implements Topic {
    @Override
    public String toString() {
      return prefix(device) + "hold";
    }
  }

  /**
   * Reads a topic.
   *
   * @throws MessageException if it is none of the protocol
   */
  static Topic parse(String topic) {
    String[] levels = topic.split("/", -1);
    if (levels.length < 4 || !levels[0].equals(ROOT)) {
      throw unknown(topic);
    }
    DeviceName device = new DeviceName(levels[1], levels[2]);
    String kind = levels[3];
    if (levels.length == 4 && kind.equals("status")) {
      return new Status(device);
    }
    if (levels.length == 4 && kind.equals("hold")) {
      return new Hold(device);
    }
    if (levels.length == 5 && kind.equals("img")) {
      return new Image(device, levels[4]);
    }
    if (levels.length == 5 && kind.equals("prediction")) {
      return new Prediction(device, levels[4]);
    }
    if (levels.length >= 5 && kind.equals("model") && !levels[4].isEmpty()) {
      return new Model(device, topic.substring(prefix(device).length() + "model/".length()));
    }
    throw unknown(topic);
  }

  private static String prefix(DeviceName device) {
    return ROOT + "/" + device + "/";
  }

  private static MessageException unknown(String topic) {
    return new MessageException(
        "topic must be fabwafer/<fab>/<camera>/img/<imgid>, …/prediction/<imgid>, …/status,"
            + " …/hold or …/model/<what>, got "
            + Names.shown(topic));
  }
}
