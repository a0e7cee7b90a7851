/**
 * Data set in, model out: splits, augmentation, the residual network, its training on the CPU, and
 * its export to ONNX with a card.
 *
 * <p>{@link fabwafer.training.Training} is the door; {@link fabwafer.training.TrainingListener} is
 * told how it goes. The command line calls it from one thread; loading and augmenting run on
 * threads of their own that end with it. At most one training runs in a process, because the
 * numeric engine's state is the process's.
 */
@NullMarked
package fabwafer.training;

import org.jspecify.annotations.NullMarked;
