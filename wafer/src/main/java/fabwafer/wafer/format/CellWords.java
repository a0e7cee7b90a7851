package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.record.DieState;
import fabwafer.wafer.record.WaferRecord;
import fabwafer.wafer.record.WaferRecordBuilder;
import java.util.Locale;
import java.util.OptionalInt;

/** What a cell of a table or of JSON says of a die. */
final class CellWords {
  private CellWords() {}

  /**
   * Puts the die of a grid's cell: a bin, where 0, blank, {@code .}, {@code -} and {@code NaN} are
   * no die; or a word. With codes 0, 1 and 2 this is no die, pass and fail.
   */
  static void put(WaferRecordBuilder wafer, ReadOptions options, int x, int y, String cell) {
    String word = cell.strip();
    OptionalInt bin = Numbers.whole(word);
    if (bin.isPresent() ? bin.getAsInt() > 0 : !isBlank(word)) {
      die(wafer, options, x, y, word, "", "");
    }
  }

  private static boolean isBlank(String word) {
    return switch (word.toUpperCase(Locale.ROOT)) {
      case "", ".", "-", "NAN", "NULL", "NONE", "NA", "N/A" -> true;
      default -> false;
    };
  }

  /**
   * Puts a die that a row names.
   *
   * @param hard its hard bin, or empty
   * @param soft its soft bin, or empty
   * @param result a word such as PASS, or empty; goes before the bin
   */
  static void die(
      WaferRecordBuilder wafer,
      ReadOptions options,
      int x,
      int y,
      String hard,
      String soft,
      String result) {
    OptionalInt bin = Numbers.whole(hard);
    int hardBin = bin.orElse(WaferRecord.NO_BIN);
    int softBin = Numbers.whole(soft).orElse(WaferRecord.NO_BIN);
    DieState state;
    if (!isBlank(result) && !options.statesPassBins()) {
      state = state(result);
    } else if (bin.isPresent()) {
      state = options.passes(hardBin) ? DieState.PASS : DieState.FAIL;
    } else if (isBlank(hard)) {
      state = DieState.SKIPPED;
    } else {
      state = state(hard);
    }
    boolean tested = state == DieState.PASS || state == DieState.FAIL;
    wafer.die(
        x,
        y,
        state,
        tested && hardBin >= 0 ? hardBin : WaferRecord.NO_BIN,
        tested && softBin >= 0 ? softBin : WaferRecord.NO_BIN);
  }

  private static DieState state(String result) {
    return switch (result.strip().toUpperCase(Locale.ROOT)) {
      case "PASS", "PASSED", "P", "TRUE", "GOOD", "OK", "1" -> DieState.PASS;
      case "FAIL", "FAILED", "F", "FALSE", "BAD", "NG", "0", "2" -> DieState.FAIL;
      case "SKIPPED", "SKIP", "UNTESTED" -> DieState.SKIPPED;
      case "EDGE" -> DieState.EDGE;
      case "REFERENCE", "REF" -> DieState.REFERENCE;
      case "ABSENT" -> DieState.ABSENT;
      default ->
          throw new WaferException(
              "a die must be a bin, pass, fail, skipped, edge or reference, got '%s'"
                  .formatted(result));
    };
  }
}
