/**
 * Lots that rules hold: noted in shadow, proposed, confirmed by a person, sent by MQTT and webhook
 * through the durable outbox, released. Safe on any thread.
 */
@NullMarked
package fabwafer.hub.hold;

import org.jspecify.annotations.NullMarked;
