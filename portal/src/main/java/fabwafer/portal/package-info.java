/**
 * Builds the browser code of {@code src/main/web} into the files that a hub serves. It runs within
 * Maven, on its thread, and is not part of the jar; nothing else may call it.
 */
@NullMarked
package fabwafer.portal;

import org.jspecify.annotations.NullMarked;
