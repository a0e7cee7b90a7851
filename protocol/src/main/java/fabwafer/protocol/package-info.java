/**
 * What agent and hub say to each other: topics, messages and their limits. Immutable values, safe
 * on any thread; nothing here opens a connection.
 *
 * <p>The topics and the fields named here are a contract with devices that are not ours
 * (docs/protocol.md): what one release reads, every later one reads.
 */
@NullMarked
package fabwafer.protocol;

import org.jspecify.annotations.NullMarked;
