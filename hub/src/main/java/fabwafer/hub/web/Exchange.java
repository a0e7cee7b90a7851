package fabwafer.hub.web;

import fabwafer.protocol.Limits;
import io.javalin.http.Context;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One request and its answer, for a {@link Handler}: who asks, what it says in path and query
 * ({@link Parameters}), its body, its cookies; then status, headers and content of the answer.
 */
public final class Exchange {
  /** Most bytes of a JSON body, except where a route says otherwise; a comment fits many times. */
  public static final int MAX_JSON_BYTES = 64 * 1024;

  static final String SESSION_COOKIE = "fabwafer_session";

  /**
   * Most bytes of a body past its limit that are read and dropped, so that the refusal is heard.
   */
  private static final long MAX_SKIPPED_BYTES = 2L * Limits.MAX_PAYLOAD_BYTES;

  /** The same for a route that takes files: people try large ones. */
  private static final long MAX_SKIPPED_FILE_BYTES = 1L << 30;

  private static final String ADDRESS = "fabwafer.address";

  private static final String BEARER = "Bearer ";

  private final Context context;
  private final Optional<Caller> caller;
  private final boolean https;
  private final Parameters parameters;

  Exchange(Context context, Optional<Caller> caller, boolean https) {
    this.context = context;
    this.caller = caller;
    this.https = https;
    this.parameters = new Parameters(context);
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

  /** What the request's path and query say. */
  public Parameters parameters() {
    return parameters;
  }

  /**
   * The numeric address that the request came from; a proxy's where one stands before the hub that
   * is not trusted.
   */
  public String address() {
    return addressOf(context);
  }

  /** Notes where a request came from, before anything asks for it. */
  static void place(Context context, TrustedProxies proxies) {
    context.attribute(
        ADDRESS,
        proxies.clientOf(
            context.req().getRemoteAddr(),
            Collections.list(context.req().getHeaders(TrustedProxies.HEADER))));
  }

  static String addressOf(Context context) {
    @Nullable String placed = context.attribute(ADDRESS);
    return placed == null ? context.req().getRemoteAddr() : placed;
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

  /**
   * How many bytes the request says its body has; as many as any may have where it does not say.
   */
  public long announcedBytes() {
    long announced = context.req().getContentLengthLong();
    return announced < 0 ? Limits.MAX_PAYLOAD_BYTES : announced;
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

  private static ProblemException tooLarge(int maxBytes) {
    return new ProblemException(
        Problem.BODY_TOO_LARGE, "the body must be at most %,d bytes".formatted(maxBytes));
  }
}
