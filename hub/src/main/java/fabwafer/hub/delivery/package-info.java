/**
 * Models on their way to agents: orders, signed by the hub's key, files in chunks on request, what
 * devices report, and rollouts in stages that stop and go back by themselves. {@link
 * fabwafer.hub.delivery.Delivery} is the door.
 *
 * <p>Threads: {@code delivery} alone gives orders by itself, publishes and sends; ingest's thread
 * notes reports in the transaction of the message and leaves requests in a bounded queue; people's
 * requests come on the web server's threads. Whatever is decided is in the database before it is
 * published, and is published again after each start.
 */
@NullMarked
package fabwafer.hub.delivery;

import org.jspecify.annotations.NullMarked;
