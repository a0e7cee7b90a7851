package fabwafer.bench;

import java.util.HashMap;
import java.util.Map;

/** {@code --name value} pairs of a measurement's command line. */
final class Flags {
  private final Map<String, String> values;

  private Flags(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads them.
   *
   * @param defaults every name that there is, with its value where the command line has none
   */
  static Flags read(String[] arguments, Map<String, String> defaults) {
    Map<String, String> values = new HashMap<>(defaults);
    for (int i = 0; i < arguments.length; i += 2) {
      String name = arguments[i].replaceFirst("^--", "");
      if (!defaults.containsKey(name) || i + 1 == arguments.length) {
        throw new IllegalArgumentException(
            "expected one of " + defaults.keySet() + " with a value, got " + arguments[i]);
      }
      values.put(name, arguments[i + 1]);
    }
    return new Flags(values);
  }

  String text(String name) {
    return values.getOrDefault(name, "");
  }

  int whole(String name) {
    return Integer.parseInt(text(name));
  }

  double number(String name) {
    return Double.parseDouble(text(name));
  }
}
