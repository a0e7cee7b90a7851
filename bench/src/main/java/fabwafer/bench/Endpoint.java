package fabwafer.bench;

import fabwafer.acceptance.RunningHub;
import fabwafer.acceptance.Samples;
import fabwafer.classifier.Classifier;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/**
 * Requests a second and times of {@code POST /invocations} at 1, 8 and 64 clients, beside a plain
 * loop on one thread over the same pictures and model. Every client has one request under way.
 */
final class Endpoint {
  private static final int[] CLIENTS = {1, 8, 64};
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final Duration MEASURED = Duration.ofSeconds(15);
  private static final double NANOS_A_MILLI = 1e6;
  private static final int OK = 200;

  private Endpoint() {}

  /** Measures the model of a folder. */
  public static void main(String[] arguments) throws Exception {
    Path model = Path.of(arguments[0]);
    List<byte[]> pictures = new ArrayList<>();
    for (Path sample : Samples.all()) {
      pictures.add(Files.readAllBytes(sample));
    }
    System.out.println("| | requests/s | p50 ms | p99 ms | not answered |");
    System.out.println("| --- | --- | --- | --- | --- |");
    try (Classifier classifier = Classifier.open(model)) {
      loop(classifier, pictures, WARM_UP);
      print("plain loop, one thread", loop(classifier, pictures, MEASURED), MEASURED, 0);
    }
    Path data = Files.createTempDirectory("endpoint");
    try (RunningHub hub = RunningHub.start(data, "model=" + model.toAbsolutePath())) {
      for (int clients : CLIENTS) {
        AtomicInteger failed = new AtomicInteger();
        asked(hub, pictures, clients, WARM_UP, failed);
        failed.set(0);
        long[] times = asked(hub, pictures, clients, MEASURED, failed);
        print("/invocations, %d clients".formatted(clients), times, MEASURED, failed.get());
      }
    }
  }

  private static long[] loop(Classifier classifier, List<byte[]> pictures, Duration time) {
    LongStream.Builder times = LongStream.builder();
    long end = System.nanoTime() + time.toNanos();
    for (int i = 0; System.nanoTime() < end; i++) {
      long start = System.nanoTime();
      var _ = classifier.classify(WaferImages.read("a", pictures.get(i % pictures.size())));
      times.add(System.nanoTime() - start);
    }
    return times.build().toArray();
  }

  private static long[] asked(
      RunningHub hub, List<byte[]> pictures, int clients, Duration time, AtomicInteger failed)
      throws InterruptedException {
    URI address = URI.create(hub.address() + "/invocations");
    long end = System.nanoTime() + time.toNanos();
    List<List<Long>> times = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int client = 0; client < clients; client++) {
        List<Long> mine = new ArrayList<>();
        times.add(mine);
        int first = client * 31;
        threads.add(
            Thread.startVirtualThread(
                () -> {
                  for (int i = first; System.nanoTime() < end; i++) {
                    ask(http, address, pictures.get(i % pictures.size()), mine, failed);
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    return times.stream().flatMap(List::stream).mapToLong(Long::longValue).toArray();
  }

  private static void ask(
      HttpClient http, URI address, byte[] picture, List<Long> times, AtomicInteger failed) {
    try {
      long start = System.nanoTime();
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(address)
                  .header("Content-Type", "image/png")
                  .POST(BodyPublishers.ofByteArray(picture))
                  .build(),
              BodyHandlers.ofString());
      if (answer.statusCode() == OK) {
        times.add(System.nanoTime() - start);
      } else {
        failed.incrementAndGet();
      }
    } catch (IOException e) {
      failed.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void print(String what, long[] times, Duration time, int failed) {
    Arrays.sort(times);
    System.out.printf(
        "| %s | %,.0f | %.1f | %.1f | %d |%n",
        what,
        times.length / (time.toMillis() / 1e3),
        times[times.length / 2] / NANOS_A_MILLI,
        times[(int) (times.length * 0.99)] / NANOS_A_MILLI,
        failed);
  }
}
