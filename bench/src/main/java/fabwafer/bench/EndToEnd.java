package fabwafer.bench;

import fabwafer.acceptance.RunningAgent;
import fabwafer.acceptance.RunningHub;
import fabwafer.acceptance.Samples;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * The real hub and the real agent on this machine, as a user would see them: how long a start
 * takes, how long a wafer needs from the moment its file is closed until it is stored (the hub's
 * event says so after the commit), how many wafers a second go through, and what memory it takes.
 */
public final class EndToEnd {
  private static final int PACED_WAFERS = 1_000;
  private static final int PACED_PER_SECOND = 10;
  private static final int WARM_UP_WAFERS = 200;
  private static final int BURST_WAFERS = 3_000;
  private static final int MINUTES_TO_WAIT = 10;

  private final Map<String, Long> storedAtNanos = new ConcurrentHashMap<>();
  private final List<Path> samples = Samples.all();
  private final Path inbox;
  private final PrintStream out;

  private EndToEnd(Path inbox, PrintStream out) {
    this.inbox = inbox;
    this.out = out;
  }

  /** Measures and prints a Markdown table on standard output. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("fabwafer-bench");
    new EndToEnd(Files.createDirectories(folder.resolve("inbox")), System.out).measure(folder);
  }

  private void measure(Path folder) throws IOException, InterruptedException {
    out.println("| what | measured |\n| --- | --- |");
    long hubStarted = System.nanoTime();
    try (RunningHub hub = RunningHub.start(folder.resolve("hub"))) {
      row("hub: start → ready, first start", "%.2f s".formatted(secondsSince(hubStarted)));
      hub.terminate();
      hubStarted = System.nanoTime();
      hub.restart();
      hub.awaitReady();
      row("hub: start → ready, later starts", "%.2f s".formatted(secondsSince(hubStarted)));
      hub.admin().follow(this::note);

      long agentStarted = System.nanoTime();
      Files.copy(samples.getFirst(), inbox.resolve("first.png"));
      try (RunningAgent agent =
          RunningAgent.start(folder.resolve("agent"), hub, "camera1", inbox)) {
        awaitStored(1);
        row(
            "agent: start → a waiting wafer stored",
            "%.2f s".formatted(secondsSince(agentStarted)));
        drop("warm", WARM_UP_WAFERS, 50);
        awaitStored(1 + WARM_UP_WAFERS);

        paced();
        burst();
        row("hub: resident memory", megabytes(hub.program().residentBytes()));
        row("agent: resident memory", megabytes(agent.program().residentBytes()));
      }
    }
  }

  private void paced() throws IOException, InterruptedException {
    int before = storedAtNanos.size();
    Map<String, Long> closed = drop("paced", PACED_WAFERS, PACED_PER_SECOND);
    awaitStored(before + PACED_WAFERS);
    double[] millis =
        storedAtNanos.entrySet().stream()
            .filter(entry -> closed.containsKey(stem(entry.getKey())))
            .mapToDouble(
                entry -> (entry.getValue() - closed.getOrDefault(stem(entry.getKey()), 0L)) / 1e6)
            .sorted()
            .toArray();
    row(
        "file closed → stored, %d wafers, %d/s".formatted(millis.length, PACED_PER_SECOND),
        "p50 %.0f ms, p99 %.0f ms, longest %.0f ms"
            .formatted(quantile(millis, 0.5), quantile(millis, 0.99), quantile(millis, 1)));
  }

  private void burst() throws IOException, InterruptedException {
    int before = storedAtNanos.size();
    long started = System.nanoTime();
    drop("burst", BURST_WAFERS, Integer.MAX_VALUE);
    awaitStored(before + BURST_WAFERS);
    row(
        "%,d wafers at once, folder → stored, agent and hub on one machine".formatted(BURST_WAFERS),
        "%.0f wafers/s".formatted(BURST_WAFERS / secondsSince(started)));
  }

  private void note(String event, JsonNode json) {
    if (event.equals("classification")) {
      storedAtNanos.putIfAbsent(json.get("imgid").stringValue(), System.nanoTime());
    }
  }

  /** Drops files as a camera does (another name, then renamed); answers when each was closed. */
  private Map<String, Long> drop(String name, int wafers, int perSecond)
      throws IOException, InterruptedException {
    Map<String, Long> closed = new ConcurrentHashMap<>();
    long started = System.nanoTime();
    for (int i = 0; i < wafers; i++) {
      long due = started + TimeUnit.SECONDS.toNanos(i) / perSecond;
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
      String stem = name + i;
      Path partial = inbox.resolve(stem + ".part");
      Files.copy(samples.get(i % samples.size()), partial);
      closed.put(stem, System.nanoTime());
      Files.move(partial, inbox.resolve(stem + ".png"), StandardCopyOption.ATOMIC_MOVE);
    }
    return closed;
  }

  private void awaitStored(int wafers) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES_TO_WAIT);
    while (storedAtNanos.size() < wafers) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "only %d of %d wafers are stored".formatted(storedAtNanos.size(), wafers));
      }
      Thread.sleep(1);
    }
  }

  private void row(String what, String measured) {
    out.println("| " + what + " | " + measured + " |");
  }

  private static String stem(String imgid) {
    return imgid.substring(0, imgid.lastIndexOf('-'));
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  private static double quantile(double[] sorted, double share) {
    return Arrays.stream(sorted)
        .skip(Math.max(0, (long) Math.ceil(share * sorted.length) - 1))
        .findFirst()
        .orElse(Double.NaN);
  }

  private static String megabytes(long bytes) {
    return "%,d MB".formatted(bytes / 1_000_000);
  }
}
