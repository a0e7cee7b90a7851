/** Measurements of the program on the machine they run on; {@code bench/run} starts them. */
@NullMarked
package fabwafer.bench;

import org.jspecify.annotations.NullMarked;
