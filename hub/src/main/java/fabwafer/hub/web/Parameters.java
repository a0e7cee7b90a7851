package fabwafer.hub.web;

import fabwafer.protocol.Limits;
import fabwafer.protocol.Names;
import io.javalin.http.Context;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request, in its path and its query. Each reader checks its parameter's limits
 * and, where they are broken, throws a {@link ProblemException} that names parameter and limit.
 */
public final class Parameters {
  /** Rows of a page where the request does not say. */
  static final int DEFAULT_LIMIT = 100;

  /** Most rows of a page. */
  public static final int MAX_LIMIT = 500;

  private static final int MAX_CURSOR_CHARS = 512;
  private static final int MAX_NUMBER_CHARS = 40;

  private final Context context;

  Parameters(Context context) {
    this.context = context;
  }

  /** A name in the path: fab, camera or imgid. */
  public String nameInPath(String parameter) {
    return requireName(parameter, textInPath(parameter));
  }

  /** A text in the path, as it came. */
  public String textInPath(String parameter) {
    return context.pathParam(parameter);
  }

  /** A row's id in the path, at least 1. */
  public long idInPath(String parameter) {
    String text = context.pathParam(parameter);
    try {
      long id = Long.parseLong(text);
      if (id >= 1) {
        return id;
      }
    } catch (NumberFormatException e) {
      // Answered as any other wrong id, below.
    }
    throw ProblemException.parameter(
        parameter, "%s must be a number from 1, got %s".formatted(parameter, Texts.shown(text)));
  }

  /** A query parameter as it came; empty where it is missing or has no value. */
  public Optional<String> query(String parameter) {
    return Optional.ofNullable(context.queryParam(parameter)).filter(text -> !text.isEmpty());
  }

  /** The whole query as it came, still encoded. */
  public String queryText() {
    return Optional.ofNullable(context.queryString()).orElse("");
  }

  /** A name in the query: fab, camera or imgid. */
  public Optional<String> name(String parameter) {
    return query(parameter).map(text -> requireName(parameter, text));
  }

  /** A label in the query. */
  public Optional<String> label(String parameter) {
    return text(parameter, Limits.MAX_LABEL_CHARS);
  }

  /** A text in the query, of at most so many characters. */
  public Optional<String> text(String parameter, int maxChars) {
    return query(parameter)
        .map(
            text -> {
              if (text.length() > maxChars) {
                throw ProblemException.parameter(
                    parameter,
                    "%s must be at most %d characters, got %d"
                        .formatted(parameter, maxChars, text.length()));
              }
              return text;
            });
  }

  /** A time in the query, seconds or milliseconds since 1970; in milliseconds. */
  public Optional<Long> time(String parameter) {
    return query(parameter)
        .map(
            text -> {
              try {
                return millis(text);
              } catch (IllegalArgumentException e) {
                throw ProblemException.parameter(
                    parameter, parameter + " " + String.valueOf(e.getMessage()));
              }
            });
  }

  /** Milliseconds since 1970 in the query, exactly as the hub gave them out. */
  public Optional<Long> exactMillis(String parameter) {
    return query(parameter)
        .map(
            text -> {
              try {
                long millis = Long.parseLong(text);
                if (millis >= 0 && millis <= Limits.MAX_TIMESTAMP_MILLIS) {
                  return millis;
                }
              } catch (NumberFormatException e) {
                // Answered as any other wrong time, below.
              }
              throw ProblemException.parameter(
                  parameter,
                  "%s must be milliseconds since 1970, 0 to %d, got %s"
                      .formatted(parameter, Limits.MAX_TIMESTAMP_MILLIS, Texts.shown(text)));
            });
  }

  /**
   * Milliseconds of a time as the protocol writes it: seconds below {@link Limits#SECONDS_BELOW}.
   *
   * @throws IllegalArgumentException if it is none; the message continues the parameter's name
   */
  public static long millis(String text) {
    if (text.length() <= MAX_NUMBER_CHARS) {
      try {
        BigDecimal given = new BigDecimal(text.strip());
        // An exponent such as 1e999999999 must not reach arithmetic that would expand it.
        boolean bounded = Math.abs((long) given.scale()) <= MAX_NUMBER_CHARS;
        if (bounded && given.signum() >= 0) {
          boolean seconds = given.compareTo(BigDecimal.valueOf(Limits.SECONDS_BELOW)) < 0;
          BigDecimal millis = seconds ? given.movePointRight(3) : given;
          if (millis.compareTo(BigDecimal.valueOf(Limits.MAX_TIMESTAMP_MILLIS)) <= 0) {
            return millis.longValue();
          }
        }
      } catch (NumberFormatException e) {
        // Answered as any other wrong time, below.
      }
    }
    throw new IllegalArgumentException(
        "must be seconds or milliseconds since 1970, up to %d ms, got %s"
            .formatted(Limits.MAX_TIMESTAMP_MILLIS, Texts.shown(text)));
  }

  /** A number in the query from 0 to 1, such as a probability. */
  public OptionalDouble share(String parameter) {
    Optional<String> text = query(parameter);
    if (text.isEmpty()) {
      return OptionalDouble.empty();
    }
    try {
      double share = Double.parseDouble(text.get());
      if (share >= 0 && share <= 1) {
        return OptionalDouble.of(share);
      }
    } catch (NumberFormatException e) {
      // Answered as any other wrong number, below.
    }
    throw ProblemException.parameter(
        parameter,
        "%s must be a number from 0 to 1, got %s".formatted(parameter, Texts.shown(text.get())));
  }

  /** How many rows a page may have, 1 to {@link #MAX_LIMIT}. */
  public int limit() {
    return whole("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
  }

  /** A whole number in the query within bounds, or its default where it is missing. */
  public int whole(String parameter, int fallback, int least, int most) {
    Optional<String> text = query(parameter);
    if (text.isEmpty()) {
      return fallback;
    }
    try {
      int number = Integer.parseInt(text.get());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Answered as any other wrong number, below.
    }
    throw ProblemException.parameter(
        parameter,
        "%s must be %d to %d, got %s".formatted(parameter, least, most, Texts.shown(text.get())));
  }

  /** Where a page goes on. */
  public Optional<String> cursor() {
    return query("cursor")
        .map(
            text -> {
              if (text.length() > MAX_CURSOR_CHARS) {
                throw badCursor();
              }
              return text;
            });
  }

  /** What to throw for a cursor that no page gave out. */
  public static ProblemException badCursor() {
    return ProblemException.parameter("cursor", "cursor is none that this hub gave out");
  }

  /** A cursor that is a row's id. */
  public Optional<Long> idCursor() {
    return cursor()
        .map(
            text -> {
              try {
                return Long.valueOf(text);
              } catch (NumberFormatException e) {
                throw badCursor();
              }
            });
  }

  /** One of some words in the query. */
  public Optional<String> word(String parameter, List<String> words) {
    return query(parameter)
        .map(
            text -> {
              if (!words.contains(text)) {
                throw ProblemException.parameter(
                    parameter,
                    "%s must be one of %s, got %s"
                        .formatted(parameter, String.join(", ", words), Texts.shown(text)));
              }
              return text;
            });
  }

  private static String requireName(String parameter, @Nullable String text) {
    if (text == null || !Names.isName(text)) {
      throw ProblemException.parameter(
          parameter,
          "%s must be 1 to %d of A-Z a-z 0-9 . _ - without a leading dot, got %s"
              .formatted(parameter, Limits.MAX_NAME_CHARS, Texts.shown(String.valueOf(text))));
    }
    return text;
  }
}
