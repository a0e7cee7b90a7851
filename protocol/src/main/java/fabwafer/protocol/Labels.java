package fabwafer.protocol;

import fabwafer.wafer.DefectPattern;

/** The one rule for labels: of predictions, and of the patterns and classes beside them. */
final class Labels {
  private Labels() {}

  /**
   * A label in the spelling that is stored.
   *
   * @param field what the label is of, for the message
   * @throws MessageException if it is empty, too long, or cannot be shown
   */
  static String require(String field, String text) {
    String label = DefectPattern.canonicalLabel(text);
    if (label.isEmpty() || label.length() > Limits.MAX_LABEL_CHARS) {
      throw new MessageException(
          "%s must be 1 to %d characters, got %d"
              .formatted(field, Limits.MAX_LABEL_CHARS, label.length()));
    }
    if (!isPrintable(label)) {
      throw new MessageException(
          field + " holds characters that cannot be shown: " + Names.shown(label));
    }
    return label;
  }

  /** Whether a text is free of controls, half pairs, and what turns or hides the text around it. */
  static boolean isPrintable(String text) {
    return text.codePoints().noneMatch(Labels::unprintable);
  }

  private static boolean unprintable(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
