/**
 * Alarms: situations of wafers, troubles of devices and of the hub itself ({@link
 * fabwafer.hub.alarm.SystemAlarms}), what people do about them, and the ways out (log, webhook,
 * e-mail). Each stored classification is judged inside ingest's transaction; {@link
 * fabwafer.hub.alarm.AlarmStore} answers the routes; safe on any thread.
 */
@NullMarked
package fabwafer.hub.alarm;

import org.jspecify.annotations.NullMarked;
