package fabwafer.hub.groundtruth;

import java.util.Optional;

/**
 * Which labels, the last given first.
 *
 * @param fab only this fab's
 * @param camera only this camera's
 * @param imgid only of inspections of this name
 * @param fromMillis only of wafers not before, milliseconds since 1970, inclusive
 * @param toMillis only of wafers not after, milliseconds since 1970, inclusive
 * @param before only labels with a smaller id, to page on
 * @param limit most rows
 */
public record GroundTruthQuery(
    Optional<String> fab,
    Optional<String> camera,
    Optional<String> imgid,
    long fromMillis,
    long toMillis,
    Optional<Long> before,
    int limit) {}
