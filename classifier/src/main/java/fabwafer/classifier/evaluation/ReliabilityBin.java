package fabwafer.classifier.evaluation;

/**
 * How often a model is right where it is about so sure.
 *
 * @param from least confidence, exclusive
 * @param to largest confidence, inclusive
 * @param wafers wafers in the bin, not weighted
 * @param confidence mean confidence, weighted; 0 without wafers
 * @param accuracy share of right predictions, weighted; 0 without wafers
 */
public record ReliabilityBin(
    double from, double to, long wafers, double confidence, double accuracy) {}
