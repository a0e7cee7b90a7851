package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The agent's clock jumps by more than a day, forwards and backwards, while the hub is away and
 * while it is there: every wafer is stored once, at the time of its file. libfaketime gives the
 * agent its clock; the time that waits are measured by goes on, as it does when a clock is set.
 */
class ClockJumpTest {
  private static final Duration ALL_THERE = Duration.ofMinutes(2);

  @TempDir private Path folder;

  @Test
  void everyWaferIsStoredOnce_whenTheClockJumpsByMoreThanADay() throws IOException {
    Path inbox = Files.createDirectories(folder.resolve("inbox"));
    Instant written = Instant.now().minusSeconds(3_600);
    setClock("+0");
    try (RunningHub hub = RunningHub.start(folder.resolve("hub"));
        RunningAgent agent = agent(hub, inbox)) {
      drop(inbox, 0, written);
      awaitStored(hub, 1);

      hub.kill();
      drop(inbox, 1, written);
      awaitTaken(inbox);
      setClock("+25h");
      drop(inbox, 2, written);
      awaitTaken(inbox);
      hub.restart();
      awaitStored(hub, 3);
      assertThat(hoursAhead(agent)).as("hours that the agent's clock is ahead").isEqualTo(1);

      setClock("-25h");
      drop(inbox, 3, written);
      awaitStored(hub, 4);

      agent.kill();
      agent.restart();
      drop(inbox, 4, written);
      awaitStored(hub, 5);

      hub.kill();
      drop(inbox, 5, written);
      awaitTaken(inbox);
      setClock("+0");
      hub.restart();
      awaitStored(hub, 6);
      List<JsonNode> images = hub.admin().items("/api/v1/images?fab=faba");
      assertThat(images).hasSize(6);
      assertThat(images)
          .allSatisfy(
              image ->
                  assertThat(image.get("timestamp").longValue())
                      .isBetween(written.toEpochMilli(), written.plusSeconds(5).toEpochMilli()));
      assertThat(hub.admin().items("/api/v1/quarantine")).isEmpty();
    }
  }

  private RunningAgent agent(RunningHub hub, Path inbox) {
    Path own = folder.resolve("agent");
    return RunningAgent.start(
        own,
        RunningAgent.config(own, hub, "camera1", inbox),
        Map.of(
            "LD_PRELOAD",
            library().toString(),
            "FAKETIME_TIMESTAMP_FILE",
            clock().toString(),
            "FAKETIME_NO_CACHE",
            "1",
            "FAKETIME_DONT_FAKE_MONOTONIC",
            "1",
            "NO_FAKE_STAT",
            "1"));
  }

  private Path clock() {
    return folder.resolve("clock");
  }

  private void setClock(String offset) throws IOException {
    Path next = Files.writeString(folder.resolve("clock.next"), offset + "\n");
    Files.move(next, clock(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Debian lays it where its machine's name says. */
  private static Path library() {
    try (Stream<Path> found =
        Files.find(
            Path.of("/usr/lib"),
            3,
            (path, about) -> path.endsWith("faketime/libfaketimeMT.so.1"))) {
      return found.findFirst().orElseThrow(() -> new IllegalStateException("no libfaketime"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By its last line of log, which tells the time of day: a day and an hour are one hour. */
  private static long hoursAhead(RunningAgent agent) {
    String last = agent.printed().strip().lines().toList().getLast();
    Duration ahead =
        Duration.between(
            LocalTime.now(ZoneId.systemDefault()), LocalTime.parse(last.substring(0, 12)));
    return Math.floorMod(Math.round(ahead.toMinutes() / 60.0), 24);
  }

  private static void drop(Path inbox, int number, Instant written) throws IOException {
    Path partial = inbox.resolve("wafer.part");
    Files.copy(Samples.all().get(number), partial);
    Files.setLastModifiedTime(partial, FileTime.from(written.plusSeconds(number)));
    Files.move(partial, inbox.resolve("wafer-" + number + ".png"));
  }

  private static void awaitTaken(Path inbox) {
    await()
        .atMost(ALL_THERE)
        .until(
            () -> {
              try (Stream<Path> left = Files.list(inbox)) {
                return left.noneMatch(file -> file.toString().endsWith(".png"));
              }
            });
  }

  private static void awaitStored(RunningHub hub, int wafers) {
    hub.awaitReady();
    await()
        .atMost(ALL_THERE)
        .pollInterval(200, TimeUnit.MILLISECONDS)
        .until(() -> hub.admin().items("/api/v1/images?fab=faba").size() >= wafers);
  }
}
