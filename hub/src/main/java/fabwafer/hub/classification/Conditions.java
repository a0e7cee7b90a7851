package fabwafer.hub.classification;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.statement.Query;

/** The conditions of a query, and what their names stand for. */
final class Conditions {
  private final List<String> texts = new ArrayList<>();
  private final Map<String, Object> bindings = new TreeMap<>();

  void add(String text) {
    texts.add(text);
  }

  void add(String text, String name, Object value) {
    texts.add(text);
    bindings.put(name, value);
  }

  void bind(String name, Object value) {
    bindings.put(name, value);
  }

  boolean isEmpty() {
    return texts.isEmpty();
  }

  String sql() {
    return String.join(" and ", texts);
  }

  Query bindTo(Query query) {
    return query.bindMap(bindings);
  }
}
