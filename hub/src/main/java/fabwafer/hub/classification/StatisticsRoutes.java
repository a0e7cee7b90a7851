package fabwafer.hub.classification;

import fabwafer.hub.HubException;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The defect rate over time. */
public final class StatisticsRoutes implements RouteSource {
  private static final String HOUR = "hour";
  private static final String WEEK = "week";

  private final ClassificationStore classifications;

  public StatisticsRoutes(ClassificationStore classifications) {
    this.classifications = classifications;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(
        Route.get("/api/v1/statistics/defect-rate", Access.VIEWER, this::defectRate)
            .query("fab", "camera", "fromts", "tots", "bucket"));
  }

  private void defectRate(Exchange exchange) {
    String bucket = exchange.parameters().word("bucket", List.of(HOUR, "day", WEEK)).orElse("day");
    Map<Long, Point> points = new TreeMap<>();
    for (RateQuery.Bucket counted : rates(exchange, bucket)) {
      long start =
          bucket.equals(WEEK) ? mondayBefore(counted.startMillis()) : counted.startMillis();
      points.computeIfAbsent(start, time -> new Point()).add(counted);
    }
    Point all = new Point();
    ObjectNode answer = Json.object().put("bucket", bucket);
    ArrayNode list = Json.object().putArray("points");
    points.forEach(
        (start, point) -> {
          ObjectNode json =
              Json.object()
                  .put("start", start)
                  .put("startAt", Instant.ofEpochMilli(start).toString());
          point.putInto(json);
          ObjectNode predictions = json.putObject("predictions");
          point.byPrediction.forEach(predictions::put);
          list.add(json);
          all.wafers += point.wafers;
          all.defects += point.defects;
        });
    all.putInto(answer);
    answer.set("points", list);
    exchange.json(answer);
  }

  private List<RateQuery.Bucket> rates(Exchange exchange, String bucket) {
    Optional<String> fab = exchange.parameters().name("fab");
    Optional<String> camera = exchange.parameters().name("camera");
    if (camera.isPresent() && fab.isEmpty()) {
      throw ProblemException.parameter("camera", "camera needs its fab");
    }
    RateQuery query =
        new RateQuery(
            fab,
            camera,
            exchange.parameters().time("fromts").orElse(0L),
            exchange.parameters().time("tots").orElse(Long.MAX_VALUE),
            bucket.equals(HOUR) ? Duration.ofHours(1) : Duration.ofDays(1));
    try {
      return classifications.rates(query);
    } catch (HubException e) {
      throw ProblemException.parameter("bucket", String.valueOf(e.getMessage()));
    }
  }

  private static long mondayBefore(long millis) {
    return LocalDate.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC)
        .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
        .atStartOfDay(ZoneOffset.UTC)
        .toInstant()
        .toEpochMilli();
  }

  /** What all cameras asked for saw in one bucket. */
  private static final class Point {
    private final Map<String, Long> byPrediction = new TreeMap<>();
    private long wafers;
    private long defects;

    void add(RateQuery.Bucket counted) {
      wafers += counted.wafers();
      defects += counted.defects();
      counted.byPrediction().forEach((label, count) -> byPrediction.merge(label, count, Long::sum));
    }

    void putInto(ObjectNode json) {
      json.put("wafers", wafers).put("defects", defects);
      if (wafers == 0) {
        json.putNull("rate");
      } else {
        json.put("rate", (double) defects / wafers);
      }
    }
  }
}
