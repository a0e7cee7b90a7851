/**
 * A float model in, a model of whole numbers out: static post-training quantisation of an ONNX
 * graph. Convolutions, and what stands between them, run on unsigned bytes with signed bytes as
 * weights; everything after a global average stays in float. The graph that is written is plain
 * ONNX with QuantizeLinear and DequantizeLinear nodes, which ONNX Runtime turns into integer
 * kernels when it opens it.
 *
 * <p>{@link fabwafer.training.quantisation.Quantisation} is the door. It works on a model's files
 * and knows nothing of how the model was trained. The command line calls it from one thread; it
 * starts none. Failures are {@link fabwafer.training.TrainingException}s.
 *
 * <p>Source of the scheme: B. Jacob et al., "Quantization and Training of Neural Networks for
 * Efficient Integer-Arithmetic-Only Inference", CVPR 2018, arXiv:1712.05877; of its choices: M.
 * Nagel et al., "A White Paper on Neural Network Quantization", 2021, arXiv:2106.08295.
 */
@NullMarked
package fabwafer.training.quantisation;

import org.jspecify.annotations.NullMarked;
