package fabwafer.hub.review;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far the review of a wafer is.
 *
 * @param stage how far
 * @param label the label on which it is settled, or the one opinion there is
 */
record ReviewState(Stage stage, Optional<String> label) {
  /** Opinions that settle a label, where they agree. */
  private static final int ENOUGH = 2;

  /** The stages. */
  enum Stage {
    UNREVIEWED,
    ONE,
    DISPUTED,
    SETTLED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The state by what reviewers say: settled where at least two agree and they are more than half.
   *
   * @param opinions reviewer → label; what was taken back is not in it
   */
  static ReviewState of(Map<String, String> opinions) {
    if (opinions.isEmpty()) {
      return new ReviewState(Stage.UNREVIEWED, Optional.empty());
    }
    if (opinions.size() == 1) {
      return new ReviewState(Stage.ONE, opinions.values().stream().findFirst());
    }
    Map<String, Integer> votes = new TreeMap<>();
    opinions.values().forEach(label -> votes.merge(label, 1, Integer::sum));
    return votes.entrySet().stream()
        .filter(vote -> vote.getValue() >= ENOUGH && 2 * vote.getValue() > opinions.size())
        .findFirst()
        .map(vote -> new ReviewState(Stage.SETTLED, Optional.of(vote.getKey())))
        .orElseGet(() -> new ReviewState(Stage.DISPUTED, Optional.empty()));
  }
}
