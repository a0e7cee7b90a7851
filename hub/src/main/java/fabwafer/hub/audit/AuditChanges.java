package fabwafer.hub.audit;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** What a person changed in settings, as an entry's detail tells it. */
public final class AuditChanges {
  private AuditChanges() {}

  /**
   * The fields that differ, each with {@code from} and {@code to}; null where it was or is absent.
   * A value of more than {@value AuditLog#MAX_TEXT_CHARS} characters is told by its beginning.
   *
   * @param before the settings as they were; neither may hold a secret
   */
  public static ObjectNode between(ObjectNode before, ObjectNode after) {
    Set<String> names = new LinkedHashSet<>(before.propertyNames());
    names.addAll(after.propertyNames());
    ObjectNode changes = AuditLog.detail();
    for (String name : names) {
      JsonNode from = valueOf(before, name);
      JsonNode to = valueOf(after, name);
      if (!from.equals(to)) {
        changes.putObject(name).set("from", bounded(from)).set("to", bounded(to));
      }
    }
    return changes;
  }

  private static JsonNode valueOf(ObjectNode settings, String name) {
    return Optional.ofNullable(settings.get(name)).orElse(NullNode.getInstance());
  }

  private static JsonNode bounded(JsonNode value) {
    String json = value.toString();
    return json.length() <= AuditLog.MAX_TEXT_CHARS
        ? value
        : StringNode.valueOf(json.substring(0, AuditLog.MAX_TEXT_CHARS) + "…");
  }
}
