/**
 * Fits what a model's card says of its outputs (calibration, thresholds, {@link
 * fabwafer.classifier.Judgement}) on wafers that the model was not trained on: {@link
 * fabwafer.classifier.calibration.CardFit} in, {@link fabwafer.classifier.calibration.Fitted} out.
 * No network is trained here.
 *
 * <p>The command line may call it, on any thread. The same wafers give the same card.
 */
@NullMarked
package fabwafer.classifier.calibration;

import org.jspecify.annotations.NullMarked;
