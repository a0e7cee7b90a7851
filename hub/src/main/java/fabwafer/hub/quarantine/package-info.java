/**
 * Refused messages with their reason, kept for a person to see. {@link
 * fabwafer.hub.quarantine.QuarantineStore} is written by ingest and read by the routes; safe on any
 * thread.
 */
@NullMarked
package fabwafer.hub.quarantine;

import org.jspecify.annotations.NullMarked;
