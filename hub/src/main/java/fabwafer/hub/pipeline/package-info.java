/**
 * From labels to a champion: snapshot, training, gate, test, approval, delivery. {@link Pipeline}
 * is the door; hub and command line drive the same runs, one of them at a time (a lock in the data
 * folder), and whoever comes next goes on where a kill left it.
 */
@NullMarked
package fabwafer.hub.pipeline;

import org.jspecify.annotations.NullMarked;
