/** The fuzzer's door to what is package-private in {@code fabwafer.agent}. */
@NullMarked
package fabwafer.agent;

import org.jspecify.annotations.NullMarked;
