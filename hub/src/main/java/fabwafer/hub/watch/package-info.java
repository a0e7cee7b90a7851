/**
 * Whether models still see what they were made for: drift of each camera's wafers and answers
 * ({@link DriftWatch}, on the thread of the followers), and whether conformal sets still hold what
 * people say as often as they state ({@link CoverageWatch}, on a thread of its own), with alarms
 * for both. Everything is kept as counts; nothing scans wafers.
 */
@NullMarked
package fabwafer.hub.watch;

import org.jspecify.annotations.NullMarked;
