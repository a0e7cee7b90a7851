package fabwafer.hub.rule;

import fabwafer.hub.classification.Classification;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A rule of a version, judging wafer after wafer: the one way in which rules are evaluated, live in
 * the transaction that stores a wafer, and in a backtest.
 *
 * <p>The order of a stream is the order in which the hub stored its wafers. A wafer that comes late
 * counts when it comes; one that comes twice is stored, and judged, once.
 *
 * @param id of the rule
 * @param version of the rule
 */
record RuleRun(long id, long version, Rule rule) {
  /** Where the states of streams are kept. */
  interface States {
    /** The state of a stream; {@link StreamState#EMPTY} where there is none. */
    StreamState of(RuleRun run, String stream);

    void keep(RuleRun run, String stream, StreamState state);
  }

  /**
   * The rule fired.
   *
   * @param stream whose wafers are alarming
   * @param sentence which rule fired, with which numbers
   * @param wafers the bad wafers that made it so, the oldest first; the last is the newest
   */
  record Signal(String stream, String sentence, List<BadWafer> wafers) {}

  /** Judges a wafer that was just stored. */
  Optional<Signal> judge(Classification wafer, States states) {
    if (!rule.enabled() || !rule.follows(wafer)) {
      return Optional.empty();
    }
    Optional<BadWafer> bad = rule.isBad(wafer) ? Optional.of(BadWafer.of(wafer)) : Optional.empty();
    String stream = rule.stream(wafer);
    if (rule.test() instanceof RuleTest.Threshold) {
      return bad.map(found -> new Signal(stream, ofOne(found), List.of(found)));
    }
    StreamState before = states.of(this, stream);
    RuleTest.Step step = rule.test().next(before, bad);
    if (!step.after().equals(before)) {
      states.keep(this, stream, step.after());
    }
    return step.firing()
        .map(firing -> new Signal(stream, sentence(stream, firing), firing.wafers()));
  }

  private String ofOne(BadWafer wafer) {
    return String.format(
        Locale.ROOT,
        "Rule '%s': %s at %s/%s with probability %.3f, above %.3f",
        rule.name(),
        wafer.prediction(),
        wafer.fab(),
        wafer.camera(),
        wafer.probability(),
        rule.probabilityOf(wafer.device()));
  }

  private String sentence(String stream, RuleTest.Firing firing) {
    return "Rule '%s': %s at %s, %s"
        .formatted(rule.name(), rule.badWord(), stream, firing.numbers());
  }
}
