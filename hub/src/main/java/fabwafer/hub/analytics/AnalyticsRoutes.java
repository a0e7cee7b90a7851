package fabwafer.hub.analytics;

import fabwafer.hub.HubException;
import fabwafer.hub.analytics.AnalyticsStore.LotPlace;
import fabwafer.hub.analytics.AnalyticsStore.Size;
import fabwafer.hub.analytics.Baseline.Measure;
import fabwafer.hub.analytics.Baseline.Scope;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.database.Database;
import fabwafer.hub.statistics.ControlRule;
import fabwafer.hub.statistics.Counted;
import fabwafer.hub.statistics.PChart;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.JsonBody;
import fabwafer.hub.web.Parameters;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Control charts, Pareto of patterns, stacked maps, lots, and comparisons of two selections. */
public final class AnalyticsRoutes implements RouteSource {
  private static final String PATH = "/api/v1/analytics";
  private static final String[] CHART = {
    "fab", "camera", "product", "lot", "fromts", "tots", "bucket", "measure", "rules", "baseline"
  };
  private static final String HOUR = "hour";
  private static final String DAY = "day";
  private static final String ESTIMATED = "estimated";
  private static final String FROZEN = "frozen";
  private static final int MAX_COMMENT_CHARS = 500;

  /** Fewer points make limits that say nothing. */
  private static final int FEWEST_POINTS = 10;

  private final AnalyticsStore store;
  private final Baselines baselines;
  private final AuditLog audit;
  private final InstantSource clock;

  public AnalyticsRoutes(Database database, AuditLog audit, InstantSource clock) {
    this.store = new AnalyticsStore(database);
    this.baselines = new Baselines(database);
    this.audit = audit;
    this.clock = clock;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get(PATH + "/control-chart", Access.VIEWER, this::chart).query(CHART));
    routes.add(
        Route.get(PATH + "/baselines", Access.VIEWER, this::listBaselines)
            .query("fab", "camera", "product", "bucket", "measure"));
    routes.add(Route.post(PATH + "/baselines", Access.APPROVER, this::freeze));
    routes.add(
        Route.get(PATH + "/pareto", Access.VIEWER, this::pareto)
            .query("fab", "camera", "product", "lot", "fromts", "tots"));
    routes.add(
        Route.get(PATH + "/stacked-map", Access.VIEWER, this::stackedMap)
            .query("fab", "camera", "product", "lot", "fromts", "tots", "height", "width"));
    routes.add(
        Route.get(PATH + "/lots", Access.VIEWER, this::lots)
            .query("fab", "camera", "product", "lot", "fromts", "tots", "limit", "cursor"));
    routes.add(
        Route.get(PATH + "/comparison", Access.VIEWER, this::compare)
            .query(
                "fab",
                "camera",
                "product",
                "lot",
                "fromts",
                "tots",
                "withFab",
                "withCamera",
                "withProduct",
                "withLot",
                "withFromts",
                "withTots"));
  }

  private void chart(Exchange exchange) {
    Selection selection = SelectionParameters.read(exchange.parameters(), clock.millis());
    Measure measure = measure(exchange.parameters());
    boolean byDay = byDay(exchange.parameters());
    List<ControlRule> rules =
        exchange
                .parameters()
                .word("rules", List.of("western-electric", "nelson"))
                .orElse("western-electric")
                .equals("nelson")
            ? ControlRule.NELSON
            : ControlRule.WESTERN_ELECTRIC;
    boolean estimated =
        exchange
            .parameters()
            .word("baseline", List.of(FROZEN, ESTIMATED))
            .orElse(FROZEN)
            .equals(ESTIMATED);
    Map<Long, Totals> series =
        limited(
            selection.lot().isPresent() ? "lot" : "bucket", () -> store.series(selection, byDay));
    Map<Long, Counted> samples = samples(series, measure);
    Optional<Baseline> frozen =
        estimated
            ? Optional.empty()
            : baselines.of(Scope.of(selection, measure, byDay)).stream().findFirst();
    ObjectNode answer = SelectionParameters.json(selection);
    answer.put("measure", measure.word()).put("bucket", byDay ? DAY : HOUR);
    answer.set("baseline", frozen.map(AnalyticsJson::baseline).orElse(null));
    if (samples.isEmpty()) {
      answer.putNull("centre").putNull("spread");
      answer.putArray("points");
    } else {
      PChart chart =
          frozen
              .map(Baseline::chart)
              .orElseGet(() -> PChart.widenedAround(List.copyOf(samples.values())));
      answer.put("centre", chart.centre()).put("spread", chart.spread());
      AnalyticsJson.putPoints(answer, ControlPoint.of(samples, chart, rules), series);
    }
    exchange.json(answer);
  }

  private void listBaselines(Exchange exchange) {
    Selection selection = SelectionParameters.read(exchange.parameters(), clock.millis());
    Scope scope = Scope.of(selection, measure(exchange.parameters()), byDay(exchange.parameters()));
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    baselines.of(scope).forEach(baseline -> items.add(AnalyticsJson.baseline(baseline)));
    exchange.json(answer);
  }

  /** Freezes the limits that a time's own samples give. */
  private void freeze(Exchange exchange) throws IOException {
    JsonBody body =
        exchange.jsonBody(
            "fab", "camera", "product", "measure", "bucket", "fromts", "tots", "comment");
    Selection selection = SelectionParameters.read(body);
    Measure measure = Measure.of(oneOf(body, "measure", "defects", List.of("defects", "loss")));
    boolean byDay = oneOf(body, "bucket", DAY, List.of(HOUR, DAY)).equals(DAY);
    String comment = body.optionalText("comment", MAX_COMMENT_CHARS).orElse("");
    Map<Long, Counted> samples =
        samples(limited("tots", () -> store.series(selection, byDay)), measure);
    if (samples.size() < FEWEST_POINTS) {
      throw ProblemException.field(
          "tots",
          "a baseline needs at least %d %ss with wafers, this time has %d"
              .formatted(FEWEST_POINTS, byDay ? DAY : HOUR, samples.size()));
    }
    List<Counted> counted = List.copyOf(samples.values());
    Baseline wanted =
        new Baseline(
            0,
            Scope.of(selection, measure, byDay),
            0,
            selection.fromMillis(),
            selection.toMillis(),
            samples.size(),
            counted.stream().mapToLong(Counted::inspected).sum(),
            PChart.widenedAround(counted),
            clock.millis(),
            exchange.caller().user(),
            comment);
    Baseline made =
        audit.write(
            handle -> {
              Baseline added = baselines.add(handle, wanted);
              audit.append(
                  handle,
                  Actor.of(exchange),
                  "baseline.frozen",
                  "baseline:" + added.id(),
                  AnalyticsJson.baseline(added));
              return added;
            });
    exchange.json(201, AnalyticsJson.baseline(made));
  }

  private void pareto(Exchange exchange) {
    Selection selection = SelectionParameters.read(exchange.parameters(), clock.millis());
    Map<String, Totals> labels = store.byLabel(selection);
    ObjectNode answer = SelectionParameters.json(selection);
    AnalyticsJson.putPareto(answer, labels);
    exchange.json(answer);
  }

  private void stackedMap(Exchange exchange) {
    Parameters parameters = exchange.parameters();
    Selection selection = SelectionParameters.read(parameters, clock.millis());
    Optional<Integer> height = SelectionParameters.side(parameters, "height");
    Optional<Integer> width = SelectionParameters.side(parameters, "width");
    if (height.isPresent() != width.isPresent()) {
      throw ProblemException.parameter("width", "height and width go together");
    }
    List<Size> sizes = store.sizes(selection);
    ObjectNode answer = SelectionParameters.json(selection);
    AnalyticsJson.putSizes(answer, sizes);
    Optional<Size> size =
        height.isEmpty()
            ? sizes.stream().findFirst()
            : sizes.stream()
                .filter(one -> one.height() == height.get() && one.width() == width.orElseThrow())
                .findFirst();
    answer.set(
        "map",
        size.map(one -> AnalyticsJson.stack(limited("tots", () -> store.stack(selection, one))))
            .orElse(null));
    exchange.json(answer);
  }

  private void lots(Exchange exchange) {
    Parameters parameters = exchange.parameters();
    Selection selection = SelectionParameters.read(parameters, clock.millis());
    int limit = parameters.limit();
    Optional<LotPlace> after = parameters.cursor().map(AnalyticsJson::lotPlace);
    List<AnalyticsStore.Lot> found = store.lots(selection, after, limit + 1);
    ObjectNode answer = SelectionParameters.json(selection);
    ArrayNode items = answer.putArray("items");
    found.stream().limit(limit).forEach(lot -> items.add(AnalyticsJson.lot(lot)));
    answer.put(
        "next", found.size() > limit ? AnalyticsJson.cursor(found.get(limit - 1).place()) : null);
    exchange.json(answer);
  }

  private void compare(Exchange exchange) {
    Parameters parameters = exchange.parameters();
    Selection first = SelectionParameters.read(parameters, clock.millis());
    Selection second = SelectionParameters.readSecond(parameters, clock.millis());
    exchange.json(
        Comparison.json(
            new Comparison.Side(first, store.totals(first), store.byLabel(first)),
            new Comparison.Side(second, store.totals(second), store.byLabel(second))));
  }

  private static Map<Long, Counted> samples(Map<Long, Totals> series, Measure measure) {
    Map<Long, Counted> samples = new TreeMap<>(Comparator.naturalOrder());
    series.forEach(
        (start, totals) -> {
          Counted counted =
              switch (measure) {
                case DEFECTS -> totals.defective();
                case LOSS -> totals.failed();
              };
          if (counted.inspected() > 0) {
            samples.put(start, counted);
          }
        });
    return samples;
  }

  private static Measure measure(Parameters parameters) {
    return Measure.of(parameters.word("measure", List.of("defects", "loss")).orElse("defects"));
  }

  private static boolean byDay(Parameters parameters) {
    return parameters.word("bucket", List.of(HOUR, DAY)).orElse(DAY).equals(DAY);
  }

  private static String oneOf(JsonBody body, String field, String fallback, List<String> words) {
    String word = body.optionalText(field, 20).orElse(fallback);
    if (!words.contains(word)) {
      throw ProblemException.field(
          field, "%s must be one of %s".formatted(field, String.join(", ", words)));
    }
    return word;
  }

  /** What is bounded by the store is the asker's to choose otherwise. */
  private static <T> T limited(String parameter, Supplier<T> asked) {
    try {
      return asked.get();
    } catch (HubException e) {
      throw ProblemException.parameter(parameter, String.valueOf(e.getMessage()));
    }
  }
}
