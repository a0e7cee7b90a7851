/** The fuzzer's door to what is package-private in {@code fabwafer.hub.web}. */
@NullMarked
package fabwafer.hub.web;

import org.jspecify.annotations.NullMarked;
