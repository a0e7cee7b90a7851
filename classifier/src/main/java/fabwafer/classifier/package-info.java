/**
 * A model in use: its card ({@link fabwafer.classifier.ModelCard}), the preprocessing that makes
 * its input from a wafer map, and the classifier that runs it.
 *
 * <p>Agent, hub and training may call everything public here, on any thread: a card and a
 * prediction are immutable values, a classifier may be shared by threads. Failures are {@link
 * fabwafer.classifier.ClassifierException}s whose message is fit to be shown to a person.
 */
@NullMarked
package fabwafer.classifier;

import org.jspecify.annotations.NullMarked;
