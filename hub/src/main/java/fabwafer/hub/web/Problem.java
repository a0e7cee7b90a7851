package fabwafer.hub.web;

/** The kinds of problem a caller may meet (RFC 9457); {@code name} is the end of its type. */
public enum Problem {
  BAD_PARAMETER(400, "bad-parameter", "Bad parameter"),
  BAD_BODY(400, "bad-body", "Bad body"),
  MALFORMED_JSON(400, "malformed-json", "Malformed JSON"),
  BAD_REQUEST(400, "bad-request", "Bad request"),
  NOT_LOGGED_IN(401, "not-logged-in", "Not logged in"),
  WRONG_PASSWORD(401, "wrong-password", "Wrong user or password"),
  WRONG_CURRENT_PASSWORD(403, "wrong-password", "Wrong current password"),
  FORBIDDEN(403, "forbidden", "Not allowed"),
  CROSS_SITE(403, "cross-site", "Not from this site"),
  NOT_FOUND(404, "not-found", "Not found"),
  METHOD_NOT_ALLOWED(405, "method-not-allowed", "Method not allowed"),
  CONFLICT(409, "conflict", "Conflict"),
  BODY_TOO_LARGE(413, "body-too-large", "Body too large"),
  UNSUPPORTED_CONTENT_TYPE(415, "unsupported-content-type", "Unsupported content type"),
  NO_WAFER_MAP(422, "no-wafer-map", "No wafer map"),
  UNREADABLE_FILE(422, "unreadable-file", "Unreadable file"),
  NOT_EXPORTABLE(422, "not-exportable", "Cannot be exported so"),
  NO_EXPLANATION(422, "no-explanation", "No explanation"),
  TOO_MANY_REQUESTS(429, "too-many-requests", "Too many requests"),
  FAILED(500, "failed", "The hub failed"),
  NOT_STORED(503, "not-stored", "Not stored now"),
  NO_MODEL(503, "no-model", "No model"),
  TOO_MANY_CLIENTS(503, "too-many-clients", "Too many clients");

  private static final String TYPE_PREFIX = "urn:fabwafer:problem:";

  private final int status;
  private final String name;
  private final String title;

  Problem(int status, String name, String title) {
    this.status = status;
    this.name = name;
    this.title = title;
  }

  /** The HTTP status it is answered with. */
  public int status() {
    return status;
  }

  String type() {
    return TYPE_PREFIX + name;
  }

  String title() {
    return title;
  }
}
