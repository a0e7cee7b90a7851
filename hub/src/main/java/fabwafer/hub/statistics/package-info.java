/**
 * Control charts and tests of shares: arithmetic alone, with no state and no knowledge of the hub.
 * Values are immutable; every method may be called on any thread, by any package.
 */
@NullMarked
package fabwafer.hub.statistics;

import org.jspecify.annotations.NullMarked;
