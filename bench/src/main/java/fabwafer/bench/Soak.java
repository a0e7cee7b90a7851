package fabwafer.bench;

import fabwafer.acceptance.RestClient;
import fabwafer.acceptance.RunningAgent;
import fabwafer.acceptance.RunningHub;
import fabwafer.acceptance.WaferLoad;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The real hub and agent under a steady load for {@code --minutes}: resident memory of both and the
 * hub's heap after each sample, as a table and as a picture, {@code --picture}. Exits with 1 where
 * a wafer was lost or doubled.
 */
public final class Soak {
  private static final String HEAP = "jvm_memory_used_bytes{area=\"heap\"";
  private static final int SAMPLES = 240;
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LAST_WAFERS = Duration.ofMinutes(3);
  private static final int PICTURE_WIDTH = 900;
  private static final int PICTURE_HEIGHT = 420;
  private static final double MEGABYTE = 1e6;

  /** What was seen at a moment; memory in megabytes. */
  private record Sample(double minutes, double hub, double hubHeap, double agent, int wafers) {}

  private Soak() {}

  /** Runs it and prints a Markdown table. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Flags flags =
        Flags.read(
            arguments, Map.of("minutes", "120", "rate", "10", "picture", "docs/images/soak.png"));
    double minutes = flags.number("minutes");
    double rate = flags.number("rate");
    Path folder = Files.createTempDirectory("fabwafer-soak");
    Path inbox = folder.resolve("camera1");
    List<Sample> samples = new ArrayList<>();
    try (RunningHub hub = RunningHub.start(folder.resolve("hub"));
        WaferLoad load = WaferLoad.start(List.of(inbox), rate);
        RunningAgent agent =
            RunningAgent.start(folder.resolve("agent"), hub.mqttPort(), Map.of("camera1", inbox))) {
      RestClient admin = hub.admin();
      long started = System.nanoTime();
      long pause = Math.max(SHORTEST_PAUSE.toMillis(), (long) (minutes * 60_000 / SAMPLES));
      double passed = 0;
      while (passed < minutes) {
        TimeUnit.MILLISECONDS.sleep(pause);
        passed = (System.nanoTime() - started) / 60e9;
        samples.add(
            new Sample(
                passed,
                hub.program().residentBytes() / MEGABYTE,
                heap(admin) / MEGABYTE,
                agent.program().residentBytes() / MEGABYTE,
                load.dropped()));
      }
      load.stop();
      int stored = awaitStored(admin, load.dropped());
      draw(samples, rate, Path.of(flags.text("picture")));
      print(samples, rate, load.dropped(), stored);
      if (stored != load.dropped()) {
        System.exit(1);
      }
    }
  }

  private static double heap(RestClient client) {
    return client
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(HEAP))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static int awaitStored(RestClient admin, int wafers) throws InterruptedException {
    long deadline = System.nanoTime() + LAST_WAFERS.toNanos();
    int stored = 0;
    while (stored < wafers && System.nanoTime() < deadline) {
      TimeUnit.SECONDS.sleep(1);
      stored = admin.items("/api/v1/images?fab=faba").size();
    }
    return stored;
  }

  private static void draw(List<Sample> samples, double rate, Path picture) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(PICTURE_WIDTH)
            .height(PICTURE_HEIGHT)
            .title("Memory under %.0f wafers a second".formatted(rate))
            .xAxisTitle("minutes")
            .yAxisTitle("MB")
            .build();
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
    List<Double> minutes = samples.stream().map(Sample::minutes).toList();
    add(chart, "hub, resident", minutes, samples.stream().map(Sample::hub).toList());
    add(chart, "hub, heap in use", minutes, samples.stream().map(Sample::hubHeap).toList());
    add(chart, "agent, resident", minutes, samples.stream().map(Sample::agent).toList());
    BufferedImage image =
        new BufferedImage(PICTURE_WIDTH, PICTURE_HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    chart.paint(graphics, PICTURE_WIDTH, PICTURE_HEIGHT);
    graphics.dispose();
    ImageIO.write(image, "png", picture.toFile());
  }

  private static void add(XYChart chart, String name, List<Double> x, List<Double> y) {
    chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE);
  }

  private static void print(List<Sample> samples, double rate, int dropped, int stored) {
    Sample last = samples.getLast();
    Sample middle = samples.get(samples.size() / 2);
    System.out.printf(
        "%.0f minutes at %.0f wafers a second: %,d dropped, %,d stored.%n%n",
        last.minutes, rate, dropped, stored);
    System.out.println("| MB | half time | end |\n| --- | --- | --- |");
    System.out.printf("| hub, resident | %.0f | %.0f |%n", middle.hub, last.hub);
    System.out.printf("| hub, heap in use | %.0f | %.0f |%n", middle.hubHeap, last.hubHeap);
    System.out.printf("| agent, resident | %.0f | %.0f |%n", middle.agent, last.agent);
  }
}
