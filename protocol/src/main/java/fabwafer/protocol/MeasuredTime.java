package fabwafer.protocol;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The time that a fab's file states for a wafer, in whichever form it writes it. */
final class MeasuredTime {
  private static final Pattern YEAR_FIRST =
      Pattern.compile(
          "(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})[T"
              + " ]+(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.\\d+)?)?");
  private static final Pattern DIGITS =
      Pattern.compile("(\\d{4})(\\d{2})(\\d{2})(\\d{2})(\\d{2})(\\d{2})?\\d{0,3}");

  /** KLARF writes the month first, and years of two digits. */
  private static final Pattern MONTH_FIRST =
      Pattern.compile(
          "(\\d{1,2})[-/](\\d{1,2})[-/](\\d{2}|\\d{4})"
              + " +(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.\\d+)?)?");

  private static final int CENTURY = 100;
  private static final int YEAR_2000 = 2_000;

  private MeasuredTime() {}

  /**
   * Milliseconds since 1970.
   *
   * @param text as the file writes it
   * @param format what the file's form is called
   * @param zone of times that say none
   * @return empty where the text is no time that can be understood in one way only, or one that no
   *     message can carry
   */
  static OptionalLong millis(String text, String format, ZoneId zone) {
    String stated = text.strip();
    try {
      long millis = instant(stated, format.startsWith("KLARF"), zone).toEpochMilli();
      return millis > 0 && millis <= Limits.MAX_TIMESTAMP_MILLIS
          ? OptionalLong.of(millis)
          : OptionalLong.empty();
    } catch (DateTimeException | ArithmeticException e) {
      return OptionalLong.empty();
    }
  }

  private static Instant instant(String text, boolean klarf, ZoneId zone) {
    Matcher yearFirst = YEAR_FIRST.matcher(text);
    if (yearFirst.matches()) {
      return local(yearFirst, 1, 2, 3, zone);
    }
    Matcher digits = DIGITS.matcher(text);
    if (digits.matches()) {
      return local(digits, 1, 2, 3, zone);
    }
    Matcher monthFirst = MONTH_FIRST.matcher(text);
    if (klarf && monthFirst.matches()) {
      return local(monthFirst, 3, 1, 2, zone);
    }
    return OffsetDateTime.parse(text).toInstant();
  }

  private static Instant local(Matcher found, int year, int month, int day, ZoneId zone) {
    int stated = number(found.group(year));
    return LocalDateTime.of(
            stated < CENTURY ? YEAR_2000 + stated : stated,
            number(found.group(month)),
            number(found.group(day)),
            number(found.group(4)),
            number(found.group(5)),
            found.group(6) == null ? 0 : number(found.group(6)))
        .atZone(zone)
        .toInstant();
  }

  private static int number(String digits) {
    return Integer.parseInt(digits);
  }
}
