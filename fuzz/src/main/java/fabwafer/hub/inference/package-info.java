/** The fuzzer's door to what is package-private in {@code fabwafer.hub.inference}. */
@NullMarked
package fabwafer.hub.inference;

import org.jspecify.annotations.NullMarked;
