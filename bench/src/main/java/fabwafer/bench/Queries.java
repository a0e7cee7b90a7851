package fabwafer.bench;

import com.sun.management.OperatingSystemMXBean;
import fabwafer.acceptance.RestClient;
import fabwafer.hub.Hub;
import fabwafer.hub.HubConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * Times what the portal asks a hub with {@code --rows} classifications over 90 days, one request
 * after the other over REST: by the clock, and by the processor time of this whole process (client,
 * hub and whatever else it does), which tells more on a machine that others use too. {@code --data}
 * keeps the filled folder for a next run.
 */
public final class Queries {
  private static final int WARM_UPS = 15;
  private static final int REQUESTS = 150;
  private static final long DAY = 86_400_000;

  private final SplittableRandom random = new SplittableRandom(7);
  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final int rows;

  private Queries(int rows) {
    this.rows = rows;
  }

  /** Fills where needed, measures, and prints a Markdown table. */
  public static void main(String[] arguments) throws IOException, SQLException {
    Flags flags = Flags.read(arguments, Map.of("rows", "1000000", "data", ""));
    Path data =
        flags.text("data").isEmpty()
            ? Files.createTempDirectory("fabwafer-queries")
            : Path.of(flags.text("data"));
    if (!Files.exists(data.resolve("hub.db"))) {
      long began = System.nanoTime();
      QueryRows.fill(data, flags.whole("rows"));
      System.err.printf("queries: filled in %.0f s%n", (System.nanoTime() - began) / 1e9);
    }
    Hub hub = new Hub(HubConfig.loopback(data, 0, 0), Optional::empty);
    try {
      Hub.Running running = hub.start();
      Path password = data.resolve("bench-password");
      running.firstAdminPassword().ifPresent(text -> write(password, text));
      RestClient client =
          RestClient.login(
              "http://127.0.0.1:" + running.httpPort(), "admin", Files.readString(password));
      new Queries(flags.whole("rows")).measure(client);
    } finally {
      hub.close();
    }
    // The embedded broker leaves threads behind that would keep the process.
    System.exit(0);
  }

  private void measure(RestClient client) {
    System.out.printf(
        Locale.ROOT,
        "%,d classifications; a page is 100 wafers; %d requests each; milliseconds%n%n",
        rows,
        REQUESTS);
    System.out.println("| query | p50 | p99 | p50 of processor time | p99 of processor time |");
    System.out.println("| --- | ---: | ---: | ---: | ---: |");
    queries(client).forEach((name, path) -> measure(client, name, path));
  }

  private void measure(RestClient client, String name, Supplier<String> path) {
    double[] wall = new double[REQUESTS];
    double[] processor = new double[REQUESTS];
    for (int i = -WARM_UPS; i < REQUESTS; i++) {
      String asked = "/api/v1/" + path.get();
      long cpu = system.getProcessCpuTime();
      long began = System.nanoTime();
      RestClient.Answer answer = client.get(asked);
      if (answer.status() != 200) {
        throw new IllegalStateException(asked + ": " + answer.body());
      }
      if (i >= 0) {
        wall[i] = (System.nanoTime() - began) / 1e6;
        processor[i] = (system.getProcessCpuTime() - cpu) / 1e6;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %.1f | %.1f | %.1f | %.1f |%n",
        name,
        quantile(wall, 0.5),
        quantile(wall, 0.99),
        quantile(processor, 0.5),
        quantile(processor, 0.99));
  }

  private Map<String, Supplier<String>> queries(RestClient client) {
    Map<String, Supplier<String>> queries = new LinkedHashMap<>();
    queries.put("newest wafers", () -> "images?limit=100");
    queries.put("a page deep in the list", () -> "images?limit=100&cursor=" + cursor());
    queries.put("fab", () -> "images?limit=100&fab=" + camera()[0] + older());
    queries.put("camera", () -> "images?limit=100" + ofCamera() + older());
    queries.put("time", () -> "images?limit=100" + day());
    queries.put("prediction", () -> "images?limit=100&prediction=" + label() + older());
    queries.put("pattern", () -> "images?limit=100&pattern=" + label() + older());
    queries.put("pattern of a camera", () -> "images?limit=100&pattern=" + label() + ofCamera());
    queries.put(
        "prediction of a camera and day",
        () -> "images?limit=100&prediction=" + label() + ofCamera() + day());
    queries.put("lot", () -> "images?limit=100&lot=" + lot());
    queries.put("product", () -> "images?limit=100&product=" + product() + older());
    queries.put(
        "product of a camera",
        () -> "images?limit=100&product=" + product() + ofCamera() + older());
    queries.put(
        "product and pattern",
        () -> "images?limit=100&product=" + product() + "&pattern=" + label() + older());
    queries.put("size", () -> "images?limit=100&size=" + size() + older());
    queries.put(
        "size and pattern of a camera",
        () -> "images?limit=100&size=" + size() + "&pattern=" + label() + ofCamera());
    queries.put(
        "all filters at once",
        () ->
            "images?limit=100&maxprobability=0.7&decision=review&product="
                + product()
                + "&pattern="
                + label()
                + ofCamera());
    queries.put(
        "probability range",
        () -> "images?limit=100&minprobability=0.7&maxprobability=0.8" + older());
    queries.put(
        "narrow probability range of a camera",
        () -> "images?limit=100&minprobability=0.501&maxprobability=0.51" + ofCamera());
    queries.put(
        "narrow probability range of a pattern",
        () -> "images?limit=100&maxprobability=0.55&pattern=" + label());
    queries.put("decision", () -> "images?limit=100&decision=review" + older());
    queries.put("decision of a camera", () -> "images?limit=100&decision=review" + ofCamera());
    queries.put("unreviewed", () -> "images?limit=100&state=unreviewed" + older());
    queries.put("reviewed", () -> "images?limit=100&state=reviewed" + older());
    queries.put("corrected of a camera", () -> "images?limit=100&state=corrected" + ofCamera());
    queries.put(
        "corrected of a pattern", () -> "images?limit=100&state=corrected&pattern=" + label());
    queries.put("defect rate, 90 days", () -> "statistics/defect-rate?bucket=day" + all());
    queries.put(
        "control chart by day, 90 days", () -> "analytics/control-chart?bucket=day" + all());
    queries.put(
        "control chart of a camera by hour, a week",
        () -> "analytics/control-chart?bucket=hour" + ofCamera() + week());
    queries.put("Pareto, 90 days", () -> "analytics/pareto?" + all().substring(1));
    queries.put("lots, newest", () -> "analytics/lots?limit=100" + all());
    queries.put("lots of a camera", () -> "analytics/lots?limit=100" + ofCamera() + all());
    queries.put("comparison of two cameras", this::comparison);
    queries.put("Live wall", () -> "live");
    queries.put("alarms", () -> "alarms?limit=100");
    queries.put("a wafer", () -> wafer(client));
    queries.put("review: statistics", () -> "review/statistics");
    queries.put("review: choices", () -> "review/choices");
    queries.put("new patterns", () -> "patterns");
    return queries;
  }

  private String comparison() {
    long end = QueryRows.END;
    return "analytics/comparison?fab=faba&camera=camera1&fromts=%d&tots=%d&withFab=fabb&withCamera=camera1&withFromts=%d&withTots=%d"
        .formatted(end - 30 * DAY, end, end - 30 * DAY, end);
  }

  private String[] camera() {
    return QueryRows.CAMERAS[random.nextInt(QueryRows.CAMERAS.length)];
  }

  private String ofCamera() {
    String[] camera = camera();
    return "&fab=" + camera[0] + "&camera=" + camera[1];
  }

  private String label() {
    return QueryRows.LABELS[random.nextInt(QueryRows.LABELS.length)];
  }

  private String product() {
    return QueryRows.PRODUCTS[random.nextInt(QueryRows.PRODUCTS.length)];
  }

  private String lot() {
    return "L%07d".formatted(random.nextInt(rows / QueryRows.LOT_WAFERS));
  }

  private String size() {
    int side = QueryRows.side(product());
    return side + "x" + side;
  }

  private String wafer(RestClient client) {
    JsonNode wafer = client.get("/api/v1/images?limit=1" + older()).json().at("/items/0");
    return "images/%s/%s/%s?timestamp=%d"
        .formatted(
            wafer.get("fab").stringValue(),
            wafer.get("camera").stringValue(),
            wafer.get("imgid").stringValue(),
            wafer.get("timestamp").longValue());
  }

  private String cursor() {
    return moment() + ".x";
  }

  private String older() {
    return "&tots=" + moment();
  }

  private String day() {
    long from = moment();
    return "&fromts=" + from + "&tots=" + (from + DAY);
  }

  private String week() {
    long from = moment();
    return "&fromts=" + from + "&tots=" + (from + 7 * DAY);
  }

  private static String all() {
    return "&fromts=%d&tots=%d".formatted(QueryRows.END - QueryRows.DAYS * DAY, QueryRows.END);
  }

  private long moment() {
    return QueryRows.END - random.nextLong(QueryRows.DAYS * DAY);
  }

  private static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
