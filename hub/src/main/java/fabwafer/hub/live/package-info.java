/**
 * What the Live wall shows, in one answer: every camera with its counts, the alarms that last, the
 * newest wafers. {@link fabwafer.hub.live.LiveRoutes} is the REST interface; safe on any thread.
 */
@NullMarked
package fabwafer.hub.live;

import org.jspecify.annotations.NullMarked;
