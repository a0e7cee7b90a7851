package fabwafer.hub.alarm;

import fabwafer.hub.image.ImageJson;
import fabwafer.hub.web.Json;
import fabwafer.protocol.DeviceName;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Alarms as the REST contract writes them. */
public final class AlarmJson {
  private AlarmJson() {}

  /** An alarm; what one without wafers does not have is null. */
  public static ObjectNode of(Alarm alarm) {
    boolean ofWafers = alarm.kind() == Alarm.Kind.WAFERS;
    ObjectNode json =
        Json.object()
            .put("id", alarm.id())
            .put("kind", alarm.kind().word())
            .put("fab", alarm.device().map(DeviceName::fab).orElse(null))
            .put("camera", alarm.device().map(DeviceName::camera).orElse(null))
            .put("subject", alarm.subject().isEmpty() ? null : alarm.subject())
            .put("prediction", alarm.pattern())
            .put("state", alarm.state().word())
            .put("wafers", alarm.wafers())
            .put("firstSeenAt", Instant.ofEpochMilli(alarm.firstSeenMillis()).toString())
            .put("lastSeenAt", Instant.ofEpochMilli(alarm.lastSeenMillis()).toString())
            .put("firstImgid", ofWafers ? alarm.firstImgid() : null)
            .put("lastImgid", ofWafers ? alarm.lastImgid() : null)
            .put("lastTimestamp", alarm.lastSeenMillis())
            .put("lastUrl", ofWafers ? url(alarm) : null)
            .put("maxProbability", alarm.maxProbability())
            .put("openedAt", Instant.ofEpochMilli(alarm.openedMillis()).toString());
    putReason(json, alarm);
    putCare(json, alarm.care());
    return json;
  }

  /** An entry of an alarm's history. */
  static ObjectNode of(AlarmHistory.Entry entry) {
    return Json.object()
        .put("id", entry.id())
        .put("at", Instant.ofEpochMilli(entry.atMillis()).toString())
        .put("by", entry.person().orElse(null))
        .put("what", entry.what())
        .put("words", entry.words());
  }

  private static void putReason(ObjectNode json, Alarm alarm) {
    if (alarm.firing().isPresent()) {
      Alarm.Firing firing = alarm.firing().get();
      json.put("rule", firing.rule());
      json.put("ruleVersion", firing.version());
      json.put("stream", firing.stream());
      json.put("reason", firing.sentence().orElse(null));
    } else {
      json.putNull("rule");
      json.putNull("ruleVersion");
      json.putNull("stream");
      json.put("reason", alarm.message().orElse(null));
    }
  }

  private static void putCare(ObjectNode json, Alarm.Care care) {
    json.put("acknowledgedBy", care.acknowledgedBy().orElse(null))
        .put("acknowledgedAt", time(care.acknowledgedMillis()))
        .put("suppressedBy", care.suppressedBy().orElse(null))
        .put("suppressedUntil", time(care.suppressedUntilMillis()))
        .put("suppressReason", care.suppressReason().orElse(null))
        .put("closedBy", care.closedBy().orElse(null))
        .put("closedAt", time(care.closedMillis()))
        .put("cause", care.cause().map(Alarm.Cause::word).orElse(null))
        .put("comment", care.comment().orElse(null));
  }

  private static String url(Alarm alarm) {
    return ImageJson.url(alarm.device().orElseThrow(), alarm.lastImgid(), alarm.lastSeenMillis());
  }

  private static @Nullable String time(OptionalLong millis) {
    return millis.isPresent() ? Instant.ofEpochMilli(millis.getAsLong()).toString() : null;
  }
}
