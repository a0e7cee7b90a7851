package fabwafer.hub.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.hub.web.Csv;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** Writes entries for other programs, oldest first. */
public final class AuditExport {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private AuditExport() {}

  /** How entries are written. */
  public enum Format {
    /** A row an entry, safe to open in a spreadsheet. */
    CSV("text/csv; charset=utf-8"),
    /** A JSON object a line; the detail stands there as it was hashed. */
    JSONL("application/x-ndjson");

    private final String contentType;

    Format(String contentType) {
      this.contentType = contentType;
    }

    String contentType() {
      return contentType;
    }

    /** The end of a file's name, and what requests say. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Writes the entries of a query. */
  public static void write(AuditLog audit, AuditQuery query, Format format, OutputStream out)
      throws IOException {
    try {
      if (format == Format.CSV) {
        put(
            out,
            Csv.row(List.of("id", "at", "actor", "action", "object", "detail", "from", "hash")));
      }
      audit.forEach(
          query, entry -> put(out, format == Format.CSV ? row(entry) : exactJson(entry) + "\n"));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** An entry as the REST contract writes it. */
  static ObjectNode json(AuditEntry entry) {
    ObjectNode json = head(entry);
    json.set("detail", MAPPER.readTree(entry.detail()));
    return tail(json, entry);
  }

  private static String exactJson(AuditEntry entry) {
    ObjectNode json = head(entry);
    json.putRawValue("detail", new RawValue(entry.detail()));
    return MAPPER.writeValueAsString(tail(json, entry));
  }

  private static ObjectNode head(AuditEntry entry) {
    return MAPPER
        .createObjectNode()
        .put("id", entry.id())
        .put("at", Instant.ofEpochMilli(entry.atMillis()).toString())
        .put("timestamp", entry.atMillis())
        .put("actor", entry.actor())
        .put("action", entry.action())
        .put("object", entry.object());
  }

  private static ObjectNode tail(ObjectNode json, AuditEntry entry) {
    return json.put("from", entry.from().orElse(null)).put("hash", entry.hash());
  }

  private static String row(AuditEntry entry) {
    return Csv.row(
        List.of(
            String.valueOf(entry.id()),
            Instant.ofEpochMilli(entry.atMillis()).toString(),
            entry.actor(),
            entry.action(),
            entry.object(),
            entry.detail(),
            entry.from().orElse(""),
            entry.hash()));
  }

  private static void put(OutputStream out, String text) {
    try {
      out.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
