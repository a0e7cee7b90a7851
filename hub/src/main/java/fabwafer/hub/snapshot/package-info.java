/**
 * Data sets made of what people said of archived wafers: {@link Snapshots} is the door. Making one
 * reads every reviewed wafer's image and takes minutes; any one thread at a time.
 */
@NullMarked
package fabwafer.hub.snapshot;

import org.jspecify.annotations.NullMarked;
