package fabwafer.hub.snapshot;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What several people's labels of one wafer come to. */
final class Settled {
  /** Two of three settle a disagreement; of two that differ neither does. */
  private static final int LEAST_VOTES = 2;

  private Settled() {}

  /**
   * The label that counts.
   *
   * @param labels each reviewer's last word, at least one
   * @return empty where they disagree and none has more than half of the votes, two at least
   */
  static Optional<String> label(Collection<String> labels) {
    Map<String, Long> votes =
        labels.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    if (votes.size() == 1) {
      return Optional.of(labels.iterator().next());
    }
    return votes.entrySet().stream()
        .filter(vote -> vote.getValue() >= LEAST_VOTES && 2 * vote.getValue() > labels.size())
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
