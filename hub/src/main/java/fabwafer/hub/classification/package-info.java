/**
 * Stored predictions and their queries. {@link fabwafer.hub.classification.ClassificationStore} is
 * called by ingest, inside its transactions, and by the routes; safe on any thread.
 */
@NullMarked
package fabwafer.hub.classification;

import org.jspecify.annotations.NullMarked;
