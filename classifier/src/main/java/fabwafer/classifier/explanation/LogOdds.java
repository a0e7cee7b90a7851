package fabwafer.classifier.explanation;

import fabwafer.classifier.ClassifierException;
import fabwafer.classifier.GraphOutput;
import fabwafer.classifier.Judgement.Patterns;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.ModelCard.Calibration;
import java.util.List;
import java.util.Optional;

/**
 * A label's calibrated log-odds, ln(p / (1 - p)), taken from the logits: unlike a probability they
 * still tell a sure answer from a surer one.
 */
final class LogOdds {
  private final ModelCard card;
  private final int index;
  private final boolean ofPatterns;

  private LogOdds(ModelCard card, int index, boolean ofPatterns) {
    this.card = card;
    this.index = index;
    this.ofPatterns = ofPatterns;
  }

  /**
   * The log-odds of a label: as one of the classes where it is the model's answer or no pattern
   * that the model tells apart; else as a pattern that may stand beside others.
   *
   * @param answer the class that the model gives the wafer
   * @throws ClassifierException if it is neither a class nor a pattern of the card
   */
  static LogOdds of(ModelCard card, String label, String answer) {
    Optional<Patterns> patterns = card.judgement().patterns();
    int asPattern = patterns.map(Patterns::labels).orElse(List.of()).indexOf(label);
    int asClass = card.classes().indexOf(label);
    if (asPattern < 0 && asClass < 0) {
      throw new ClassifierException(
          "the model knows no label '%s', its classes are %s"
              .formatted(label, String.join(", ", card.classes())));
    }
    boolean ofPatterns = asClass < 0 || (asPattern >= 0 && !label.equals(answer));
    return new LogOdds(card, ofPatterns ? asPattern : asClass, ofPatterns);
  }

  double in(GraphOutput output) {
    if (ofPatterns) {
      double temperature = card.judgement().patterns().map(Patterns::temperature).orElse(1.0);
      return output.patterns()[index] / temperature;
    }
    return ofClass(output.logits());
  }

  /** A class's calibrated logit less the logarithm of the sum of the others' exponentials. */
  private double ofClass(double[] logits) {
    Calibration calibration = card.calibration();
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < logits.length; i++) {
      logits[i] =
          logits[i] / calibration.temperature()
              + calibration.bias().getOrDefault(card.classes().get(i), 0.0);
      most = i == index ? most : Math.max(most, logits[i]);
    }
    double others = 0;
    for (int i = 0; i < logits.length; i++) {
      others += i == index ? 0 : Math.exp(logits[i] - most);
    }
    return logits[index] - most - Math.log(others);
  }
}
