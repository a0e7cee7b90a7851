package fabwafer.hub.audit;

import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The audit, for admins. */
public final class AuditRoutes implements RouteSource {
  private static final String PATH = "/api/v1/audit";
  private static final String[] FILTERS = {"actor", "action", "object", "fromts", "tots"};

  /** Verifications at a time: each reads the whole table. */
  private static final int VERIFICATIONS = 1;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final AuditLog audit;
  private final Semaphore verifications = new Semaphore(VERIFICATIONS);

  public AuditRoutes(AuditLog audit) {
    this.audit = audit;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get(PATH, Access.ADMIN, this::list).query(with("limit", "cursor")));
    routes.add(Route.get(PATH + "/export", Access.ADMIN, this::export).query(with("format")));
    routes.add(Route.get(PATH + "/verification", Access.ADMIN, this::verify));
  }

  private void list(Exchange exchange) {
    int limit = exchange.parameters().limit();
    // One row more than asked for tells whether there is a next page.
    List<AuditEntry> found =
        audit.newest(query(exchange), exchange.parameters().idCursor(), limit + 1);
    List<AuditEntry> page = found.subList(0, Math.min(limit, found.size()));
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    page.forEach(entry -> items.add(AuditExport.json(entry)));
    answer.put("next", found.size() > limit ? String.valueOf(page.getLast().id()) : null);
    exchange.json(answer);
  }

  private void export(Exchange exchange) throws IOException {
    AuditExport.Format format =
        exchange
            .parameters()
            .word(
                "format",
                Arrays.stream(AuditExport.Format.values()).map(AuditExport.Format::word).toList())
            .map(word -> AuditExport.Format.valueOf(word.toUpperCase(Locale.ROOT)))
            .orElse(AuditExport.Format.JSONL);
    AuditQuery query = query(exchange);
    audit.append(
        Actor.of(exchange),
        "audit.exported",
        "audit",
        AuditLog.detail().put("format", format.word()));
    exchange.download(
        format.contentType(),
        "audit." + format.word(),
        out -> AuditExport.write(audit, query, format, out));
  }

  private void verify(Exchange exchange) {
    if (!verifications.tryAcquire()) {
      throw ProblemException.tooMany("the audit is being verified already", RETRY_AFTER);
    }
    try {
      exchange.json(json(audit.verify()));
    } finally {
      verifications.release();
    }
  }

  private static ObjectNode json(AuditVerdict verdict) {
    return switch (verdict) {
      case AuditVerdict.Intact(long first, long last, String head) ->
          Json.object().put("intact", true).put("first", first).put("last", last).put("head", head);
      case AuditVerdict.Broken(long id, String why) ->
          Json.object().put("intact", false).put("broken", id).put("why", why);
    };
  }

  private static AuditQuery query(Exchange exchange) {
    return new AuditQuery(
        text(exchange, "actor"),
        text(exchange, "action"),
        text(exchange, "object"),
        exchange.parameters().time("fromts").orElse(Long.MIN_VALUE),
        exchange.parameters().time("tots").orElse(Long.MAX_VALUE));
  }

  private static Optional<String> text(Exchange exchange, String parameter) {
    Optional<String> text = exchange.parameters().query(parameter);
    if (text.filter(given -> given.length() > AuditLog.MAX_CHARS).isPresent()) {
      throw ProblemException.parameter(
          parameter, "%s must be at most %d characters".formatted(parameter, AuditLog.MAX_CHARS));
    }
    return text;
  }

  private static String[] with(String... more) {
    String[] all = Arrays.copyOf(FILTERS, FILTERS.length + more.length);
    System.arraycopy(more, 0, all, FILTERS.length, more.length);
    return all;
  }
}
