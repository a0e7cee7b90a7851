package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.record.Bin;
import fabwafer.wafer.record.DieState;
import fabwafer.wafer.record.WaferRecord;
import fabwafer.wafer.record.WaferRecordBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The bin codes of a SEMI G85 or E142 map: {@code ASCII} one character, {@code Decimal} three
 * digits, {@code HexaDecimal} two, {@code Integer2} four hexadecimal digits a die. Codes may be
 * parted by blanks; then their number a row is what counts. Where a row's length fits the null
 * bin's length and not the type's, hosts that do not keep to the type are followed.
 */
final class BinCodes {
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final int LETTER_A = 10;
  private static final int SMALL_LETTER_A = 36;
  private static final int OTHER_SIGN = 256;

  private final ReadOptions options;
  private final String type;
  private final String nullBin;
  private final int codeLength;
  private final Map<String, Defined> defined = new HashMap<>();
  private final Set<String> undefined = new HashSet<>();

  /** A code that the file defines. */
  private record Defined(int bin, DieState state) {}

  BinCodes(ReadOptions options, String type, String nullBin) {
    this.options = options;
    this.type = standard(type.toUpperCase(Locale.ROOT));
    this.nullBin = nullBin;
    this.codeLength =
        switch (this.type) {
          case "ASCII", "" -> Math.max(1, nullBin.length());
          case "DECIMAL" -> 3;
          case "HEXADECIMAL" -> 2;
          case "INTEGER2" -> 4;
          default ->
              throw new WaferException(
                  "BinType must be ASCII, Decimal, HexaDecimal or Integer2, got '%s'"
                      .formatted(type));
        };
  }

  /** Names of the types that are not the standards'. */
  private static String standard(String type) {
    return switch (type) {
      case "CHARACTER", "CHAR", "STRING" -> "ASCII";
      case "HEX", "HEXADECIMAL1" -> "HEXADECIMAL";
      case "DEC", "INTEGER1" -> "DECIMAL";
      case "INTEGER", "INT2", "UINT2" -> "INTEGER2";
      default -> type;
    };
  }

  /** Takes a definition; a code that is defined twice keeps the first. */
  void define(WaferRecordBuilder wafer, String code, String quality, String description) {
    String normal = normal(code);
    if (normal.isEmpty() || isNull(normal) || defined.containsKey(normal)) {
      return;
    }
    int bin = number(normal);
    DieState state = state(bin, quality);
    defined.put(normal, new Defined(bin, state));
    if (state == DieState.PASS || state == DieState.FAIL) {
      wafer.bin(
          bin, code, state == DieState.PASS ? Bin.Quality.PASS : Bin.Quality.FAIL, description);
    }
  }

  private DieState state(int bin, String quality) {
    String word = quality.strip().toUpperCase(Locale.ROOT);
    if (word.startsWith("REF")) {
      return DieState.REFERENCE;
    }
    if (word.startsWith("EDGE")) {
      return DieState.EDGE;
    }
    if (word.startsWith("SKIP") || word.startsWith("UNTEST") || word.startsWith("NOTEST")) {
      return DieState.SKIPPED;
    }
    if (word.equals("NULL")) {
      return DieState.ABSENT;
    }
    Bin.Quality stated =
        word.startsWith("PASS") || word.equals("GOOD")
            ? Bin.Quality.PASS
            : word.isEmpty() ? Bin.Quality.UNSTATED : Bin.Quality.FAIL;
    return options.passes(bin, stated) ? DieState.PASS : DieState.FAIL;
  }

  /**
   * The codes of a row; the row's blanks part them, or their fixed length does.
   *
   * @param columns how many there should be, 0 where that is not known
   */
  List<String> codes(String row, int columns) {
    String clean = row.strip();
    List<String> codes = new ArrayList<>();
    if (codeLength == 1 && row.length() == columns) {
      // A blank may be a code: then it must not be stripped from the row's ends.
      row.chars().forEach(sign -> codes.add(normal(String.valueOf((char) sign))));
      return codes;
    }
    boolean parted = clean.chars().anyMatch(Character::isWhitespace);
    if (parted && (codeLength > 1 || clean.length() != columns)) {
      for (String code : BLANKS.split(clean, -1)) {
        codes.add(normal(code));
      }
      return codes;
    }
    int length = codeLength(clean.length(), columns);
    if (clean.length() % length != 0) {
      throw new WaferException(
          "a row of %,d characters is no whole number of codes of %d"
              .formatted(clean.length(), length));
    }
    for (int i = 0; i < clean.length(); i += length) {
      codes.add(normal(clean.substring(i, i + length)));
    }
    return codes;
  }

  private int codeLength(int characters, int columns) {
    int stated = nullBin.strip().length();
    boolean fits = (long) columns * codeLength == characters;
    return !fits && stated > 0 && (long) columns * stated == characters ? stated : codeLength;
  }

  /** Puts the die of a code; nothing for the null bin. */
  void put(WaferRecordBuilder wafer, int x, int y, String code) {
    if (isNull(code)) {
      return;
    }
    Defined known = defined.get(code);
    if (known == null) {
      int bin = number(code);
      DieState state = options.passes(bin) && defined.isEmpty() ? DieState.PASS : DieState.FAIL;
      if (options.statesPassBins() && options.passes(bin)) {
        state = DieState.PASS;
      }
      if (undefined.add(code)) {
        wafer.warn(
            "the bin code '%s' is not defined; its dies count as %s"
                .formatted(code, state == DieState.PASS ? "passing" : "failing"));
      }
      wafer.die(x, y, state, bin);
      return;
    }
    boolean tested = known.state() == DieState.PASS || known.state() == DieState.FAIL;
    if (known.state() != DieState.ABSENT) {
      wafer.die(x, y, known.state(), tested ? known.bin() : WaferRecord.NO_BIN);
    }
  }

  private boolean isNull(String code) {
    return code.equals(normal(nullBin));
  }

  /** Codes of digits are compared without case, ASCII codes as they are. */
  private String normal(String code) {
    return codeLength == 1 || type.equals("ASCII")
        ? code.strip()
        : code.strip().toUpperCase(Locale.ROOT);
  }

  /** The number of a code; of a character: 1 to 9, A for 10 to Z for 35, a for 36 on. */
  private int number(String code) {
    return switch (type) {
      case "DECIMAL" -> number(code, "[0-9]{1,5}", 10);
      case "HEXADECIMAL", "INTEGER2" -> number(code, "[0-9A-F]{1,4}", 16);
      default -> {
        if (code.length() > 1 && code.matches("[0-9]{1,5}")) {
          yield Integer.parseInt(code);
        }
        yield code.length() == 1 ? number(code.charAt(0)) : OTHER_SIGN + (code.hashCode() & 0x3fff);
      }
    };
  }

  private int number(String code, String pattern, int radix) {
    if (!code.matches(pattern)) {
      throw new WaferException("the bin code '%s' is not of BinType %s".formatted(code, type));
    }
    return Integer.parseInt(code, radix);
  }

  private static int number(char sign) {
    if (sign >= '0' && sign <= '9') {
      return sign - '0';
    }
    if (sign >= 'A' && sign <= 'Z') {
      return sign - 'A' + LETTER_A;
    }
    return sign >= 'a' && sign <= 'z' ? sign - 'a' + SMALL_LETTER_A : OTHER_SIGN + (sign & 0x3fff);
  }
}
