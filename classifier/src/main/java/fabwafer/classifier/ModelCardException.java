package fabwafer.classifier;

import java.util.List;

/** A model card that is wrong; every mistake names its field. */
public final class ModelCardException extends ClassifierException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // an immutable list of texts, which is serializable
  private final List<String> mistakes;

  ModelCardException(String mistake) {
    this("", List.of(mistake));
  }

  /**
   * @param where the card's file and a colon, or empty for a card that was not read from one
   * @param mistakes at least one, each beginning with its field's name
   */
  ModelCardException(String where, List<String> mistakes) {
    super(
        mistakes.size() == 1
            ? where + mistakes.getFirst()
            : where + mistakes.size() + " fields are wrong:\n  " + String.join("\n  ", mistakes));
    this.mistakes = List.copyOf(mistakes);
  }

  /** Every mistake, each beginning with its field's name, such as {@code input.side}. */
  public List<String> mistakes() {
    return mistakes;
  }
}
