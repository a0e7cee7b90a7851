package fabwafer.hub.web;

import fabwafer.protocol.Limits;
import fabwafer.protocol.Names;
import io.javalin.http.Context;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One request and its answer, for a {@link Handler}. Each reader of a parameter checks its limits
 * and, where they are broken, throws a {@link ProblemException} that names parameter and limit.
 */
public final class Exchange {
  /** Most bytes of a JSON body, except where a route says otherwise; a comment fits many times. */
  public static final int MAX_JSON_BYTES = 64 * 1024;

  /** Rows of a page where the request does not say. */
  static final int DEFAULT_LIMIT = 100;

  /** Most rows of a page. */
  public static final int MAX_LIMIT = 500;

  static final String SESSION_COOKIE = "fabwafer_session";

  /**
   * Most bytes of a body past its limit that are read and dropped, so that the refusal is heard.
   */
  private static final long MAX_SKIPPED_BYTES = 2L * Limits.MAX_PAYLOAD_BYTES;

  /** The same for a route that takes files: people try large ones. */
  private static final long MAX_SKIPPED_FILE_BYTES = 1L << 30;

  private static final String BEARER = "Bearer ";
  private static final int MAX_CURSOR_CHARS = 512;
  private static final int MAX_NUMBER_CHARS = 40;

  private final Context context;
  private final Optional<Caller> caller;
  private final boolean https;

  Exchange(Context context, Optional<Caller> caller, boolean https) {
    this.context = context;
    this.caller = caller;
    this.https = https;
  }

  /**
   * Who asks.
   *
   * @throws IllegalStateException on a route that may be called without an account
   */
  public Caller caller() {
    return caller.orElseThrow(
        () -> new IllegalStateException(context.path() + " is called without an account"));
  }

  /** The numeric address that the request came from; a proxy's where one stands before the hub. */
  public String address() {
    return context.req().getRemoteAddr();
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

  /** How many rows a page may have, 1 to {@link #MAX_LIMIT}. */
  public int limit() {
    Optional<String> text = query("limit");
    if (text.isEmpty()) {
      return DEFAULT_LIMIT;
    }
    try {
      int limit = Integer.parseInt(text.get());
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Answered as any other wrong limit, below.
    }
    throw ProblemException.parameter(
        "limit", "limit must be 1 to %d, got %s".formatted(MAX_LIMIT, Texts.shown(text.get())));
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

  /**
   * The JSON object of the body.
   *
   * @param fields the fields it may have
   * @throws ProblemException if it is not of type application/json, too large, or no such object
   */
  public JsonBody jsonBody(String... fields) throws IOException {
    return jsonBody(MAX_JSON_BYTES, fields);
  }

  /** The JSON object of a body of at most so many bytes. */
  public JsonBody jsonBody(int maxBytes, String... fields) throws IOException {
    requireContentType("application/json");
    return JsonBody.parse(body(maxBytes), Set.of(fields));
  }

  /** Whether the request has a body, or may have: its length is not stated. */
  public boolean hasBody() {
    return context.req().getContentLengthLong() > 0 || context.header("Transfer-Encoding") != null;
  }

  /**
   * The body's content type, one of those given, without its parameters.
   *
   * @throws ProblemException if it is another or missing
   */
  public String requireContentType(String... allowed) {
    String given = context.contentType();
    String type = given == null ? "" : given.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!Arrays.asList(allowed).contains(type)) {
      throw new ProblemException(
          Problem.UNSUPPORTED_CONTENT_TYPE,
          "Content-Type must be %s, got %s"
              .formatted(
                  String.join(" or ", allowed), type.isEmpty() ? "none" : Texts.shown(type)));
    }
    return type;
  }

  /**
   * The body.
   *
   * @throws ProblemException if it is larger than allowed
   */
  public byte[] body(int maxBytes) throws IOException {
    return body(maxBytes, MAX_SKIPPED_BYTES);
  }

  /**
   * A body that is a file: of one that is too large much is read and dropped, so that whoever sends
   * it hears why.
   *
   * @throws ProblemException if it is larger than allowed
   */
  public byte[] fileBody(int maxBytes) throws IOException {
    return body(maxBytes, MAX_SKIPPED_FILE_BYTES);
  }

  private byte[] body(int maxBytes, long maxSkipped) throws IOException {
    try (InputStream in = context.req().getInputStream()) {
      long announced = context.req().getContentLengthLong();
      byte[] body = announced > maxBytes ? new byte[0] : in.readNBytes(maxBytes + 1);
      if (announced > maxBytes || body.length > maxBytes) {
        // A client that is still sending hears the answer only if somebody listens to it.
        if (announced <= maxSkipped) {
          in.skip(maxSkipped);
        }
        throw tooLarge(maxBytes);
      }
      return body;
    }
  }

  /** Answers 200 with JSON. */
  public void json(JsonNode answer) {
    json(200, answer);
  }

  /** Answers with JSON. */
  public void json(int status, JsonNode answer) {
    bytes("application/json", Json.MAPPER.writeValueAsBytes(answer));
    context.status(status);
  }

  /** Answers 200 with bytes. */
  public void bytes(String contentType, byte[] bytes) {
    context.contentType(contentType).result(bytes);
  }

  /** What writes an answer while it is sent. */
  @FunctionalInterface
  public interface Body {
    /** Writes all of it; the stream is closed afterwards. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Answers 200 with a file that is written while it is sent, for the browser to save.
   *
   * @param fileName of letters, digits, dots and hyphens
   */
  public void download(String contentType, String fileName, Body body) throws IOException {
    header("Content-Disposition", "attachment; filename=\"" + fileName + "\"");
    context.contentType(contentType);
    if (!context.req().getMethod().equals("HEAD")) {
      try (OutputStream out = new BufferedOutputStream(context.res().getOutputStream())) {
        body.writeTo(out);
      }
    }
  }

  /** Answers 204. */
  public void noContent() {
    context.status(204);
  }

  /** Sets a header of the answer. */
  public void header(String name, String value) {
    context.header(name, value);
  }

  /** Sets the answer's status. */
  public void status(int status) {
    context.status(status);
  }

  /** Lets the browser keep an answer that never changes under its address. */
  public void keepForever() {
    header("Cache-Control", "private, max-age=31536000, immutable");
  }

  /** Makes the browser ask again before it uses an answer that it kept. */
  public void askAgain() {
    header("Cache-Control", "private, no-cache");
  }

  /**
   * States the answer's version.
   *
   * @param version without quotes, of letters, digits and hyphens
   * @return true if the client has that version: then the answer is 304, and complete
   */
  public boolean clientHas(String version) {
    String etag = "\"" + version + "\"";
    header("ETag", etag);
    String known = context.header("If-None-Match");
    if (known == null) {
      return false;
    }
    boolean same =
        known.strip().equals("*")
            || Arrays.stream(known.split(",", -1))
                .map(tag -> tag.strip().replaceFirst("^W/", ""))
                .anyMatch(etag::equals);
    if (same) {
      context.status(304);
    }
    return same;
  }

  /** The session cookie's value, from the browser, unchecked. */
  public Optional<String> session() {
    return sessionOf(context);
  }

  /** A cookie of another name than the session's, from the browser, unchecked. */
  public Optional<String> cookie(String name) {
    return Optional.ofNullable(context.cookie(name)).filter(text -> !text.isEmpty());
  }

  /**
   * Gives the browser a cookie that comes back also with a request that another site's page began,
   * and only below a path; an empty value takes it away.
   */
  public void laxCookie(String name, String value, String path, Duration age) {
    context
        .res()
        .addHeader(
            "Set-Cookie",
            "%s=%s; Path=%s; HttpOnly; SameSite=Lax; Max-Age=%d%s"
                .formatted(
                    name,
                    value,
                    path,
                    value.isEmpty() ? 0 : age.toSeconds(),
                    https ? "; Secure" : ""));
  }

  /** Sends the browser on, with GET. */
  public void sendTo(String address) {
    context.header("Location", address);
    context.status(303);
  }

  /** What the caller sent as {@code Authorization: Bearer}, unchecked. */
  Optional<String> bearer() {
    return bearerOf(context);
  }

  static Optional<String> bearerOf(Context context) {
    return Optional.ofNullable(context.header("Authorization"))
        .filter(header -> header.regionMatches(true, 0, BEARER, 0, BEARER.length()))
        .map(header -> header.substring(BEARER.length()).strip());
  }

  static Optional<String> sessionOf(Context context) {
    return Optional.ofNullable(context.cookie(SESSION_COOKIE)).filter(text -> !text.isEmpty());
  }

  /** Gives the browser a session. */
  public void startSession(String session) {
    setCookie(session, "");
  }

  /** Takes the session from the browser. */
  public void endSession() {
    setCookie("", "; Max-Age=0");
  }

  Context context() {
    return context;
  }

  private void setCookie(String value, String age) {
    context
        .res()
        .addHeader(
            "Set-Cookie",
            SESSION_COOKIE
                + "="
                + value
                + "; Path=/; HttpOnly; SameSite=Strict"
                + (https ? "; Secure" : "")
                + age);
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

  private static ProblemException tooLarge(int maxBytes) {
    return new ProblemException(
        Problem.BODY_TOO_LARGE, "the body must be at most %,d bytes".formatted(maxBytes));
  }
}
