package fabwafer.wafer.dataset;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Times as the files of a fab write them. Without a zone they are taken as UTC. */
public final class WaferTime {
  private static final int MAX_LENGTH = 40;

  /** Years of two digits, as KLARF 1.1 writes them: 1970 to 2069. */
  private static final LocalDate TWO_DIGITS_FROM = LocalDate.of(1970, 1, 1);

  private static final List<Function<String, Instant>> FORMS =
      List.of(
          text -> OffsetDateTime.parse(text).toInstant(),
          text -> LocalDateTime.parse(text).toInstant(ZoneOffset.UTC),
          text -> LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant(),
          local("uuuu-M-d H:m[:s]"),
          local("uuuu/M/d H:m[:s]"),
          local("uuuuMMddHHmmss"),
          local("uuuuMMddHHmm"),
          // SEMI E5 and G85: the last two digits are hundredths.
          local("uuuuMMddHHmmssSS"),
          local("uuuuMMddHHmmssSSS"),
          local("M-d-uuuu H:m[:s]"),
          local("M/d/uuuu H:m[:s]"),
          twoDigits("-"),
          twoDigits("/"));

  private WaferTime() {}

  /** The instant that a text says; empty where it says none. */
  public static Optional<Instant> parse(String text) {
    String plain = text.strip();
    if (plain.isEmpty() || plain.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    for (Function<String, Instant> form : FORMS) {
      try {
        return Optional.of(form.apply(plain));
      } catch (DateTimeException e) {
        // Another form may say it.
      }
    }
    return Optional.empty();
  }

  /** In ISO 8601 where that can be told, else as it was written. */
  static String normal(String text) {
    return parse(text).map(Instant::toString).orElse(text);
  }

  private static Function<String, Instant> local(String pattern) {
    DateTimeFormatter format = DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
    return text -> LocalDateTime.parse(text, format).toInstant(ZoneOffset.UTC);
  }

  private static Function<String, Instant> twoDigits(String mark) {
    DateTimeFormatter format =
        new DateTimeFormatterBuilder()
            .appendPattern("M" + mark + "d" + mark)
            .appendValueReduced(ChronoField.YEAR, 2, 2, TWO_DIGITS_FROM)
            .appendPattern(" H:m[:s]")
            .toFormatter(Locale.ROOT);
    return text -> LocalDateTime.parse(text, format).toInstant(ZoneOffset.UTC);
  }
}
