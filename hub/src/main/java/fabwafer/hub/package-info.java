/**
 * The hub: {@link fabwafer.hub.Hub} starts and stops its parts, {@link fabwafer.hub.HubConfig} says
 * how. A feature is a package below, with its model, its store and its routes together; the other
 * classes here put features of one concern together (who logs in, what is kept, what alarms, …) and
 * do nothing else. {@code app} calls this package, on one thread; the features know of it only
 * {@link fabwafer.hub.HubException}.
 */
@NullMarked
package fabwafer.hub;

import org.jspecify.annotations.NullMarked;
