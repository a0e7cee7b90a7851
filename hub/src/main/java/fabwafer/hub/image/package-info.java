/**
 * An inspection as people look at it: classification, archived image, wafer map and ground truth
 * together. {@link fabwafer.hub.image.ImageRoutes} is the REST interface; safe on any thread.
 */
@NullMarked
package fabwafer.hub.image;

import org.jspecify.annotations.NullMarked;
