/**
 * What comes over MQTT, and what becomes of it: {@link fabwafer.hub.ingest.Ingest} subscribes to
 * all topics, stores in batches on one thread of its own, and acknowledges what is committed.
 * {@code Hub} starts and stops it; an {@link fabwafer.hub.ingest.IngestListener} hears of what was
 * stored.
 */
@NullMarked
package fabwafer.hub.ingest;

import org.jspecify.annotations.NullMarked;
