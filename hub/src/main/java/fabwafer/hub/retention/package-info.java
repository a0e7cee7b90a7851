/**
 * How long what a hub stores is kept: {@link fabwafer.hub.retention.Retention}, run daily by the
 * hub and by the command line, on any thread.
 */
@NullMarked
package fabwafer.hub.retention;

import org.jspecify.annotations.NullMarked;
