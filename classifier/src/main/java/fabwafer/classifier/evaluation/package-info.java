/**
 * How good a model is, how sure one can be of that, and whether it is better than another: metrics
 * with their protocol, bootstrap intervals, where it is weak, labels that look wrong, and the
 * reports that show them.
 *
 * <p>{@link fabwafer.classifier.evaluation.Evaluator} is the door: it makes the {@link
 * fabwafer.classifier.evaluation.Answers} of a model to a data set, of which {@link
 * fabwafer.classifier.evaluation.Evaluation} and {@link fabwafer.classifier.evaluation.Comparison}
 * are made. Anything may call it, on any thread. All results are immutable values.
 */
@NullMarked
package fabwafer.classifier.evaluation;

import org.jspecify.annotations.NullMarked;
