/**
 * A model in use: what turns a wafer map into a network's input, and a network's output into a
 * prediction. Agent, hub and training call it; what a class says about threads is in its own
 * documentation.
 */
@NullMarked
package fabwafer.classifier;

import org.jspecify.annotations.NullMarked;
