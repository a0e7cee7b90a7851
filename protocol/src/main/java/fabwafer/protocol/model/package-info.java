/**
 * How a model travels from the hub to a device: a manifest that names the device, the model and
 * every file of it, signed by the hub with Ed25519 (RFC 8032); chunks of the files; and what the
 * device reports of it. docs/lifecycle.md tells the whole way.
 *
 * <p>Agent and hub call it on any thread: everything here is an immutable value. What breaks a
 * limit is a {@link fabwafer.protocol.MessageException}.
 */
@NullMarked
package fabwafer.protocol.model;

import org.jspecify.annotations.NullMarked;
