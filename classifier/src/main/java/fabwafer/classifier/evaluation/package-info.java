/**
 * How good a model is, and how sure one can be of that: metrics with their protocol, bootstrap
 * intervals, and the reports that show them.
 *
 * <p>{@link fabwafer.classifier.evaluation.Evaluator} is the door; anything may call it, on any
 * thread. All results are immutable values.
 */
@NullMarked
package fabwafer.classifier.evaluation;

import org.jspecify.annotations.NullMarked;
