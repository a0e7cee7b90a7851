/**
 * Devices: who may connect to the hub's broker, by which credential, and as which cameras. {@link
 * fabwafer.hub.device.Devices} keeps them, also for commands beside a running hub; {@link
 * fabwafer.hub.device.DeviceGate} is what the broker asks, from memory. Safe on any thread.
 */
@NullMarked
package fabwafer.hub.device;

import org.jspecify.annotations.NullMarked;
