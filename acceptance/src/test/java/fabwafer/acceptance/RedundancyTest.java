package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Two agents watch one camera's folder. Whichever takes the files is killed under load, again and
 * again: no wafer waits more than five seconds, none is lost, none is stored twice.
 */
class RedundancyTest {
  private static final int KILLS = 4;
  private static final int PER_SECOND = 3;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final int BETWEEN_KILLS = 15;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final System.Logger LOG = System.getLogger(RedundancyTest.class.getName());

  @TempDir private Path folder;
  private final Map<Integer, Long> storedAtNanos = new ConcurrentHashMap<>();

  @Test
  void agentThatDies_isReplacedByTheOther_beforeAWaferWaitsFiveSeconds() throws IOException {
    Path inbox = Files.createDirectories(folder.resolve("inbox"));
    try (RunningHub hub = RunningHub.start(folder.resolve("hub"));
        RunningAgent first = agent(hub, "first", inbox);
        RunningAgent second = agent(hub, "second", inbox)) {
      hub.admin().follow(this::note);
      await().atMost(PATIENCE).until(() -> starts(first) == 1 && starts(second) == 1);
      int dropped;
      try (WaferLoad load = WaferLoad.start(List.of(inbox), PER_SECOND)) {
        awaitStored(BETWEEN_KILLS);
        int warm = load.dropped();
        List<Integer> around = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
          awaitStored(storedAtNanos.size() + BETWEEN_KILLS);
          RunningAgent active = holder(inbox).equals("first") ? first : second;
          int killed = load.dropped();
          active.kill();
          await().atMost(PATIENCE).until(() -> storedAtNanos.containsKey(killed + 1));
          IntStream.rangeClosed(killed - PER_SECOND, load.dropped()).forEach(around::add);
          int starts = starts(active);
          active.restart();
          await().atMost(PATIENCE).until(() -> starts(active) > starts);
        }
        load.stop();
        dropped = load.dropped();
        awaitStored(dropped);
        check(load, IntStream.range(warm, dropped).boxed().toList(), around);
      }
      List<JsonNode> images = hub.admin().items("/api/v1/images?fab=faba");
      assertThat(images).hasSize(dropped);
      assertThat(images)
          .extracting(image -> WaferLoad.number(image.get("imgid").stringValue()))
          .doesNotHaveDuplicates();
      assertThat(Samples.pngs(hub.data().resolve("archive"))).hasSize(dropped);
      await().atMost(PATIENCE).until(() -> wafersIn(inbox) == 0);
      assertThat(wafersBelow(inbox.resolve("done"))).isEqualTo(dropped);
    }
  }

  private RunningAgent agent(RunningHub hub, String name, Path inbox) {
    return RunningAgent.start(
        folder.resolve(name),
        hub.mqttPort(),
        Map.of("camera1", inbox),
        "client-id=" + name,
        "shared-folders=true");
  }

  private static int starts(RunningAgent agent) {
    return agent.printed().split("watching ", -1).length - 1;
  }

  /** The client id of the agent that holds the lease of a folder. */
  private static String holder(Path inbox) {
    try {
      String lease = Files.readString(inbox.resolve(".fabwafer-lease"));
      return lease.substring(0, lease.indexOf('/'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void note(String event, JsonNode json) {
    if (event.equals("classification")) {
      storedAtNanos.putIfAbsent(
          WaferLoad.number(json.get("imgid").stringValue()), System.nanoTime());
    }
  }

  private void awaitStored(int wafers) {
    await().atMost(PATIENCE).until(() -> storedAtNanos.size() >= wafers);
  }

  /**
   * What a kill costs is a wafer's wait beyond that of others on the same machine, which may be a
   * busy one.
   */
  private void check(WaferLoad load, List<Integer> all, List<Integer> aroundKills) {
    Duration usual = waits(load, all).get(all.size() / 2);
    Duration longest = waits(load, aroundKills).getLast();
    LOG.log(
        System.Logger.Level.INFO,
        "{0} wafers, {1} kills: median wait {2} ms, longest about a kill {3} ms",
        all.size(),
        KILLS,
        usual.toMillis(),
        longest.toMillis());
    assertThat(longest.minus(usual)).isLessThan(LONGEST_WAIT);
  }

  private List<Duration> waits(WaferLoad load, List<Integer> numbers) {
    return numbers.stream()
        .filter(storedAtNanos::containsKey)
        .map(
            number ->
                Duration.ofNanos(
                    storedAtNanos.getOrDefault(number, 0L) - load.droppedAtNanos(number)))
        .sorted()
        .toList();
  }

  private static long wafersIn(Path inbox) throws IOException {
    try (Stream<Path> files = Files.list(inbox)) {
      return files.filter(file -> file.toString().endsWith(".png")).count();
    }
  }

  private static int wafersBelow(Path done) {
    return Samples.pngs(done).size();
  }
}
