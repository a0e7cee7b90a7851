/**
 * The command line, and the only place that wires modules together: each subcommand of {@code
 * fabwafer} is a class here that reads its settings, builds the parts and starts them.
 */
@NullMarked
package fabwafer.app;

import org.jspecify.annotations.NullMarked;
