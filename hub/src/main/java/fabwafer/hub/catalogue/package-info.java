/**
 * Fabs and cameras and how they are. {@link fabwafer.hub.catalogue.Catalogue} is written by ingest
 * and read by the routes; safe on any thread.
 */
@NullMarked
package fabwafer.hub.catalogue;

import org.jspecify.annotations.NullMarked;
