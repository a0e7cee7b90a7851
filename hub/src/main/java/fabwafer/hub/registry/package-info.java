/**
 * The models of a hub: their files, cards, stages, who approved them, what the gate said. {@link
 * ModelRegistry} is the door; the hub's parts and the command line use it side by side, on any
 * thread, also from two processes.
 */
@NullMarked
package fabwafer.hub.registry;

import org.jspecify.annotations.NullMarked;
