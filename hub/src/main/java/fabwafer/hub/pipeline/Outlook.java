package fabwafer.hub.pipeline;

import java.time.Duration;
import java.util.Optional;

/**
 * What waits for the next run.
 *
 * @param trains whether this hub can train at all
 * @param newLabels labels that no run's training knew
 * @param afterLabels so many start a run by themselves; 0: none do
 * @param every a run starts by itself so long after the one before
 * @param nextMillis when that is, if there are new labels then, milliseconds since 1970
 */
public record Outlook(
    boolean trains,
    long newLabels,
    long afterLabels,
    Optional<Duration> every,
    Optional<Long> nextMillis) {}
