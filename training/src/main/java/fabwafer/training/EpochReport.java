package fabwafer.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How an epoch went; measured with the averaged network on the validation wafers, calibrated. Where
 * none are kept for validation, those figures are NaN.
 *
 * @param epoch from 1
 * @param learningRate at its last step
 * @param trainingLoss mean of its steps' losses, classes weighed and labels smoothed
 * @param validationLoss mean negative log-likelihood
 * @param accuracy share of wafers classified right
 * @param macroF1 mean F1 of the classes
 * @param macroF1Weighted the same with each wafer labelled none counted as the options say; the
 *     best epoch is the one where this is largest
 * @param exactMatch share of wafers whose set of patterns is exactly the one said
 * @param recalls label → share of its wafers found; without labels that validation lacks
 * @param wafersPerSecond training speed
 * @param seconds the epoch took, validation included
 * @param best whether no epoch before had a larger weighted macro-F1
 */
public record EpochReport(
    int epoch,
    double learningRate,
    double trainingLoss,
    double validationLoss,
    double accuracy,
    double macroF1,
    double macroF1Weighted,
    double exactMatch,
    Map<String, Double> recalls,
    double wafersPerSecond,
    double seconds,
    boolean best) {
  public EpochReport {
    recalls = Collections.unmodifiableMap(new LinkedHashMap<>(recalls));
  }
}
