/**
 * Which dies drove a model's answer, found by asking the model again about wafers with some of
 * their failing dies repaired; so it works for any graph with a card. The door is {@link
 * fabwafer.classifier.explanation.Explainer}.
 *
 * <p>Agent, hub and command line may call it, on any thread; an explanation is an immutable value.
 */
@NullMarked
package fabwafer.classifier.explanation;

import org.jspecify.annotations.NullMarked;
