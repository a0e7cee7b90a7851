/**
 * Labelled wafer maps in sets: reading and writing of NPZ files in both public layouts and of
 * folders of pictures by label. The door is {@link fabwafer.wafer.dataset.WaferDatasets}.
 *
 * <p>Training, evaluation and the command line call it. Values are immutable and safe on any
 * thread; reading and writing block on the disk, on the caller's thread.
 */
@NullMarked
package fabwafer.wafer.dataset;

import org.jspecify.annotations.NullMarked;
