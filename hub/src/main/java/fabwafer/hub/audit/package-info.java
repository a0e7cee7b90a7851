/**
 * The audit: who did what to what, from where, append-only and hash-chained. {@link
 * fabwafer.hub.audit.AuditLog} is the door of the features, which append within the transaction of
 * what they tell; {@link fabwafer.hub.audit.RepeatedEvents} is for what a stranger can make happen
 * as often as they like. Safe on any thread.
 */
@NullMarked
package fabwafer.hub.audit;

import org.jspecify.annotations.NullMarked;
