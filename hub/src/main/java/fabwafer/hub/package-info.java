/**
 * The hub: {@link fabwafer.hub.Hub} starts and stops its parts, {@link fabwafer.hub.HubConfig} says
 * how. A feature is a package below, with its model, its store and its routes together. {@code app}
 * calls this package; the features know of it only {@link fabwafer.hub.HubException}.
 */
@NullMarked
package fabwafer.hub;

import org.jspecify.annotations.NullMarked;
