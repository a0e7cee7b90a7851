package fabwafer.hub.alarm;

import java.time.Instant;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is told by the ways out.
 *
 * @param topic what it is about; a way is told a topic once
 * @param kind what is told
 * @param alarmId the alarm that it tells of, where it does
 * @param json for an alarm of wafers an object with the fields {@code alarm}, {@code fab}, {@code
 *     camera}, {@code prediction}, {@code probability}, {@code imgid}, {@code timestamp}
 *     (milliseconds since 1970), {@code openedAt} (ISO 8601), {@code rule} and {@code reason}; for
 *     one without wafers {@code kind} and {@code problem}, and {@code subject} where it is no
 *     device's
 */
record Notice(String topic, Kind kind, OptionalLong alarmId, String json) {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  /** What is told. */
  enum Kind {
    ALARM,
    HOLD,
    TEST
  }

  /** What is told of an alarm of wafers when it opens. */
  static Notice of(Alarm alarm) {
    return of("alarm-" + alarm.id(), alarm);
  }

  /** What is told of an alarm that fires again after a suppression. */
  static Notice again(Alarm alarm) {
    String topic =
        "alarm-%d-again-%d".formatted(alarm.id(), alarm.care().suppressedUntilMillis().orElse(0));
    return of(topic, alarm);
  }

  /** What is told of a device or of the hub itself. */
  static Notice ofStanding(
      long alarmId, StandingAlarms.Place place, String problem, long openedMillis) {
    return standing(
        "alarm-" + alarmId,
        alarmId,
        place.fab(),
        place.camera(),
        place.trouble(),
        place.subject(),
        problem,
        openedMillis);
  }

  /** A notice that tells of nothing but that notices arrive. */
  static Notice test(String hubId, String person, long nowMillis) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("test", true);
    json.put("hub", hubId);
    json.put("by", person);
    json.put("at", Instant.ofEpochMilli(nowMillis).toString());
    return new Notice(
        "test-" + nowMillis, Kind.TEST, OptionalLong.empty(), MAPPER.writeValueAsString(json));
  }

  /** A notice as the outbox kept it. */
  static Notice kept(String topic, OptionalLong alarmId, String json) {
    Kind kind = topic.startsWith("hold-") ? Kind.HOLD : Kind.ALARM;
    return new Notice(topic, kind, alarmId, json);
  }

  private static Notice of(String topic, Alarm alarm) {
    if (alarm.kind() != Alarm.Kind.WAFERS) {
      return standing(
          topic,
          alarm.id(),
          alarm.device().map(device -> device.fab()).orElse(""),
          alarm.device().map(device -> device.camera()).orElse(""),
          alarm.pattern(),
          alarm.subject(),
          alarm.message().orElse(""),
          alarm.openedMillis());
    }
    ObjectNode json = MAPPER.createObjectNode();
    json.put("alarm", alarm.id());
    json.put("fab", alarm.device().orElseThrow().fab());
    json.put("camera", alarm.device().orElseThrow().camera());
    json.put("prediction", alarm.pattern());
    json.put("probability", alarm.maxProbability());
    json.put("imgid", alarm.firstImgid());
    json.put("timestamp", alarm.firstSeenMillis());
    json.put("openedAt", Instant.ofEpochMilli(alarm.openedMillis()).toString());
    alarm.firing().ifPresent(firing -> json.put("rule", firing.rule()));
    alarm.firing().flatMap(Alarm.Firing::sentence).ifPresent(why -> json.put("reason", why));
    return new Notice(
        topic, Kind.ALARM, OptionalLong.of(alarm.id()), MAPPER.writeValueAsString(json));
  }

  private static Notice standing(
      String topic,
      long alarmId,
      String fab,
      String camera,
      String trouble,
      String subject,
      String problem,
      long openedMillis) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("alarm", alarmId);
    if (fab.isEmpty()) {
      json.put("subject", subject);
    } else {
      json.put("fab", fab);
      json.put("camera", camera);
    }
    json.put("kind", trouble);
    json.put("problem", problem);
    json.put("openedAt", Instant.ofEpochMilli(openedMillis).toString());
    return new Notice(topic, Kind.ALARM, OptionalLong.of(alarmId), MAPPER.writeValueAsString(json));
  }

  /** One line for a person. */
  String headline() {
    JsonNode fields = MAPPER.readTree(json);
    if (kind == Kind.TEST) {
      return "test notice";
    }
    if (kind == Kind.HOLD) {
      return "%s %s".formatted(text(fields, "action"), text(fields, "what"));
    }
    if (fields.has("subject")) {
      return "%s: %s".formatted(text(fields, "kind"), text(fields, "subject"));
    }
    if (fields.has("problem")) {
      return "device %s/%s in trouble".formatted(text(fields, "fab"), text(fields, "camera"));
    }
    return "%s at %s/%s"
        .formatted(text(fields, "prediction"), text(fields, "fab"), text(fields, "camera"));
  }

  /** Some lines for a person. */
  String text() {
    JsonNode fields = MAPPER.readTree(json);
    if (kind == Kind.TEST) {
      return """
      This is a test. Whoever reads it would have read an alarm.

      asked for by  %s
      at            %s
      """
          .formatted(text(fields, "by"), text(fields, "at"));
    }
    if (kind == Kind.HOLD) {
      return headline() + "\n\n" + text(fields, "reason") + "\n";
    }
    if (fields.has("problem")) {
      return """
      %s

      %s

      alarm        %d
      """
          .formatted(headline(), text(fields, "problem"), alarmId.orElse(0));
    }
    return """
    %s
    %s
    wafer        %s
    seen at      %s
    probability  %.3f
    alarm        %d
    """
        .formatted(
            headline(),
            fields.has("reason") ? "\n" + text(fields, "reason") + "\n" : "",
            text(fields, "imgid"),
            Instant.ofEpochMilli(fields.get("timestamp").longValue()),
            fields.get("probability").doubleValue(),
            alarmId.orElse(0));
  }

  /** A text in one line, so that it can neither add lines nor turn what follows around. */
  private static String text(JsonNode fields, String name) {
    return fields
        .path(name)
        .asString("")
        .replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
  }
}
