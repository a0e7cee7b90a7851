package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.record.DieState;
import java.util.HashMap;
import java.util.Map;

/**
 * What the characters of a prober's text map mean.
 *
 * @param absent characters for no die
 * @param edge characters for a die at the edge that is not tested
 * @param skipped characters for a die that was not probed
 * @param reference characters for a reference die
 * @param bins the character of bin 1, of bin 2, and so on
 */
public record TextDialect(
    String absent, String edge, String skipped, String reference, String bins) {

  /**
   * Bins 1 to 9, A for 10 to V for 31; {@code .} or a blank no die, {@code #} edge, {@code ~} not
   * probed.
   */
  public static final TextDialect DEFAULT =
      new TextDialect(". ", "#", "~", "", "123456789ABCDEFGHIJKLMNOPQRSTUV");

  public TextDialect {
    Map<Character, String> seen = new HashMap<>();
    for (String meaning : new String[] {absent, edge, skipped, reference, bins}) {
      for (int i = 0; i < meaning.length(); i++) {
        char symbol = meaning.charAt(i);
        if (seen.put(symbol, meaning) != null) {
          throw new WaferException(
              "the character '%s' has two meanings in a text map".formatted(symbol));
        }
      }
    }
  }

  /** The bin of a character, 1 or more; 0 if it stands for no bin. */
  int bin(char symbol) {
    return bins.indexOf(symbol) + 1;
  }

  /**
   * What a character that stands for no bin means.
   *
   * @throws WaferException if it means nothing
   */
  DieState state(char symbol) {
    if (absent.indexOf(symbol) >= 0) {
      return DieState.ABSENT;
    }
    if (edge.indexOf(symbol) >= 0) {
      return DieState.EDGE;
    }
    if (skipped.indexOf(symbol) >= 0) {
      return DieState.SKIPPED;
    }
    if (reference.indexOf(symbol) >= 0) {
      return DieState.REFERENCE;
    }
    throw new WaferException(
        "the character '%s' (U+%04X) has no meaning in this dialect"
            .formatted(symbol, (int) symbol));
  }
}
