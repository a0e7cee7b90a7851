/**
 * Labels that people give, append-only; the newest of a wafer is the one that counts. {@link
 * fabwafer.hub.groundtruth.GroundTruthStore} is written and read by the routes; safe on any thread.
 */
@NullMarked
package fabwafer.hub.groundtruth;

import org.jspecify.annotations.NullMarked;
