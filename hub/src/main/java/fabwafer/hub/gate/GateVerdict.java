package fabwafer.hub.gate;

import fabwafer.hub.web.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the gate says of a candidate: every rule, whether it holds, and why. */
public final class GateVerdict {
  private final List<Rule> rules = new ArrayList<>();
  private final ObjectNode figures = Json.object();

  GateVerdict() {}

  /**
   * One rule.
   *
   * @param name such as {@code macro-F1}
   * @param says pass, fail, or that there is too little to judge by
   * @param reason for a person, with the figures
   */
  public record Rule(String name, Says says, String reason) {}

  /** What a rule comes to. */
  public enum Says {
    PASS,
    FAIL,
    /** Too few wafers; it does not stand against the candidate. */
    NOT_JUDGED;

    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  void judge(String name, boolean passes, String reason) {
    add(name, passes ? Says.PASS : Says.FAIL, reason);
  }

  void notJudged(String name, String reason) {
    add(name, Says.NOT_JUDGED, reason);
  }

  private void add(String name, Says says, String reason) {
    rules.add(new Rule(name, says, reason));
  }

  /** Figures beside the rules, to fill. */
  ObjectNode figures() {
    return figures;
  }

  /** The rules in the order in which they were judged. */
  public List<Rule> rules() {
    return List.copyOf(rules);
  }

  /** Whether no rule failed. */
  public boolean passed() {
    return rules.stream().noneMatch(rule -> rule.says() == Says.FAIL);
  }

  /** As it is stored and answered. */
  public ObjectNode json() {
    ObjectNode json = Json.object().put("passed", passed());
    ArrayNode list = json.putArray("rules");
    for (Rule rule : rules) {
      list.addObject()
          .put("name", rule.name())
          .put("says", rule.says().word())
          .put("reason", rule.reason());
    }
    json.set("figures", figures);
    return json;
  }
}
