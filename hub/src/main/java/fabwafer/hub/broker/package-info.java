/**
 * The broker: {@link fabwafer.hub.broker.EmbeddedBroker}, a HiveMQ Community Edition in this
 * process with the hub's limits and rights, or one that runs elsewhere. Either way the hub reaches
 * it as a client, at a {@link fabwafer.hub.broker.BrokerAddress}. {@code Hub} starts and stops it;
 * the rights are asked on the broker's threads.
 */
@NullMarked
package fabwafer.hub.broker;

import org.jspecify.annotations.NullMarked;
