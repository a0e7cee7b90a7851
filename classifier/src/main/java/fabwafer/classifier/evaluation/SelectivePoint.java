package fabwafer.classifier.evaluation;

/**
 * What is left of the errors if the model may keep silent where it is not sure.
 *
 * @param coverage share of the wafers, by weight, that it speaks of
 * @param error share of wrong predictions among these, by weight
 * @param threshold least confidence at which it speaks
 */
public record SelectivePoint(double coverage, double error, double threshold) {}
