package fabwafer.hub.alarm;

import fabwafer.protocol.DeviceName;
import java.time.Instant;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is told of an alarm when it opens.
 *
 * @param alarmId which alarm
 * @param json an object with the fields {@code alarm}, {@code fab}, {@code camera}, {@code
 *     prediction}, {@code probability}, {@code imgid}, {@code timestamp} (milliseconds since 1970)
 *     and {@code openedAt} (ISO 8601)
 */
record Notice(long alarmId, String json) {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  static Notice of(Alarm alarm) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("alarm", alarm.id());
    json.put("fab", alarm.device().fab());
    json.put("camera", alarm.device().camera());
    json.put("prediction", alarm.pattern());
    json.put("probability", alarm.maxProbability());
    json.put("imgid", alarm.firstImgid());
    json.put("timestamp", alarm.firstSeenMillis());
    json.put("openedAt", Instant.ofEpochMilli(alarm.openedMillis()).toString());
    return new Notice(alarm.id(), MAPPER.writeValueAsString(json));
  }

  /** What is told of a device: {@code problem} and {@code kind} instead of a wafer's fields. */
  static Notice ofDevice(
      long alarmId, DeviceName device, DeviceAlarms.Kind kind, String problem, long openedMillis) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("alarm", alarmId);
    json.put("fab", device.fab());
    json.put("camera", device.camera());
    json.put("kind", kind.word());
    json.put("problem", problem);
    json.put("openedAt", Instant.ofEpochMilli(openedMillis).toString());
    return new Notice(alarmId, MAPPER.writeValueAsString(json));
  }

  /** One line for a person. */
  String headline() {
    var fields = MAPPER.readTree(json);
    if (fields.has("problem")) {
      return "device %s/%s in trouble"
          .formatted(fields.get("fab").stringValue(), fields.get("camera").stringValue());
    }
    return "%s at %s/%s"
        .formatted(
            plain(fields.get("prediction").stringValue()),
            plain(fields.get("fab").stringValue()),
            plain(fields.get("camera").stringValue()));
  }

  /** Some lines for a person. */
  String text() {
    var fields = MAPPER.readTree(json);
    if (fields.has("problem")) {
      return """
      %s

      %s

      alarm        %d
      """
          .formatted(headline(), fields.get("problem").stringValue(), alarmId);
    }
    return """
    %s

    wafer        %s
    seen at      %s
    probability  %.3f
    alarm        %d
    """
        .formatted(
            headline(),
            plain(fields.get("imgid").stringValue()),
            Instant.ofEpochMilli(fields.get("timestamp").longValue()),
            fields.get("probability").doubleValue(),
            alarmId);
  }

  /** A device's text in one line, so that it can neither add lines nor turn what follows around. */
  private static String plain(String text) {
    return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
  }
}
