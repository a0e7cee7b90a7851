package fabwafer.hub.gate;

import fabwafer.hub.web.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
   * @param figures what was measured; empty where the rule is not about one figure
   */
  public record Rule(String name, Says says, String reason, Optional<Figures> figures) {}

  /** What was measured and the limit that it is held to. */
  public record Figures(double measured, double limit) {}

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
    add(name, passes ? Says.PASS : Says.FAIL, reason, Optional.empty());
  }

  void judge(String name, boolean passes, double measured, double limit, String reason) {
    Says says = passes ? Says.PASS : Says.FAIL;
    add(name, says, reason, Optional.of(new Figures(measured, limit)));
  }

  void notJudged(String name, String reason) {
    add(name, Says.NOT_JUDGED, reason, Optional.empty());
  }

  private void add(String name, Says says, String reason, Optional<Figures> of) {
    rules.add(new Rule(name, says, reason, of));
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
          .put("reason", rule.reason())
          .put("measured", rule.figures().map(Figures::measured).orElse(null))
          .put("limit", rule.figures().map(Figures::limit).orElse(null));
    }
    json.set("figures", figures);
    return json;
  }
}
