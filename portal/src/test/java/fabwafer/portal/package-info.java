/** Checks of the browser code: its types, its own unit tests, and the weight of what is served. */
@NullMarked
package fabwafer.portal;

import org.jspecify.annotations.NullMarked;
