package fabwafer.acceptance;

import static org.awaitility.Awaitility.await;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * Load, and SIGKILL of agent, hub and broker at random moments of a seeded plan; then an account of
 * what became of every wafer and every alarm.
 *
 * <p>The next kill comes once the system has recovered from the last, or, one time in four, before.
 * Recovered: a wafer dropped after the kill is stored.
 */
public final class Chaos {
  private static final double EARLY_SHARE = 0.25;
  private static final int LONGEST_PAUSE_MILLIS = 1_500;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int NEWEST = 50;

  /** Short, so that there are many alarms. */
  private static final String QUIET_TIME = "alarm-quiet-time=10s";

  /** What is killed. */
  public enum Victim {
    AGENT,
    HUB,
    BROKER
  }

  /**
   * What is to be done.
   *
   * @param external whether the broker is mosquitto, to be killed by itself; else it is the hub's
   * @param perSecond wafers dropped a second, all cameras together
   * @param most no kill comes later than this after the start: the summary says how many came
   */
  public record Plan(int kills, long seed, boolean external, double perSecond, Duration most) {}

  /**
   * What became of it.
   *
   * @param kills how often each was killed
   * @param wafers dropped
   * @param lost wafers without classification or without image
   * @param doubled rows or files beyond one a wafer
   * @param alarming wafers above the threshold
   * @param alarms situations
   * @param miscounted difference between the alarming wafers and those counted on alarms
   * @param noticesLost alarms of which no notice came
   * @param noticesDoubled notices beyond one an alarm, as their keys tell them apart
   * @param longestRecovery from a kill until a wafer dropped after it was stored
   */
  public record Summary(
      Map<Victim, Integer> kills,
      int wafers,
      int lost,
      int doubled,
      int alarming,
      int alarms,
      int miscounted,
      int noticesLost,
      int noticesDoubled,
      Duration longestRecovery,
      Duration took) {
    /** Whether every wafer and every alarm is there once. */
    public boolean isClean() {
      return lost == 0
          && doubled == 0
          && miscounted == 0
          && noticesLost == 0
          && noticesDoubled == 0;
    }
  }

  private final Plan plan;
  private final Path folder;
  private final PrintStream progress;
  private final Random random;
  private final Map<Victim, Integer> kills = new EnumMap<>(Victim.class);
  private Duration longestRecovery = Duration.ZERO;

  /**
   * @param folder where everything goes; empty or missing
   * @param progress gets a line each tenth of the kills
   */
  public Chaos(Plan plan, Path folder, PrintStream progress) {
    this.plan = plan;
    this.folder = folder;
    this.progress = progress;
    this.random = new Random(plan.seed());
  }

  /** Runs the plan; fails where the system does not recover. */
  public Summary run() {
    long started = System.nanoTime();
    Optional<MosquittoBroker> broker =
        plan.external()
            ? Optional.of(MosquittoBroker.start(folder.resolve("broker")))
            : Optional.empty();
    List<String> settings = new ArrayList<>(List.of(QUIET_TIME));
    broker.ifPresent(
        used -> {
          settings.add("broker-host=127.0.0.1");
          settings.add("broker-port=" + used.port());
        });
    Map<String, Path> cameras = new LinkedHashMap<>();
    cameras.put("camera1", folder.resolve("camera1"));
    cameras.put("camera2", folder.resolve("camera2"));
    List<Path> inboxes = List.copyOf(cameras.values());
    try (NoticeReceiver receiver = NoticeReceiver.start()) {
      settings.add("alarm-webhook=" + receiver.address());
      settings.add("alarm-webhook-allow=127.0.0.1");
      try (RunningHub hub =
              RunningHub.start(folder.resolve("hub"), settings.toArray(String[]::new));
          WaferLoad load = WaferLoad.start(inboxes, plan.perSecond());
          RunningAgent agent =
              RunningAgent.start(
                  folder.resolve("agent"),
                  broker.map(MosquittoBroker::port).orElseGet(hub::mqttPort),
                  cameras)) {
        RestClient admin = hub.admin();
        awaitRecovery(admin, 0, System.nanoTime());
        longestRecovery = Duration.ZERO;
        killAll(hub, agent, broker, load, admin);
        load.stop();
        awaitAll(admin, load.dropped());
        return account(hub, admin, receiver, load.dropped(), started);
      }
    } finally {
      broker.ifPresent(MosquittoBroker::close);
    }
  }

  private void killAll(
      RunningHub hub,
      RunningAgent agent,
      Optional<MosquittoBroker> broker,
      WaferLoad load,
      RestClient admin) {
    List<Victim> victims =
        broker.isPresent()
            ? List.of(Victim.AGENT, Victim.HUB, Victim.BROKER)
            : List.of(Victim.AGENT, Victim.HUB);
    long until = System.nanoTime() + plan.most().toNanos();
    for (int kill = 0; kill < plan.kills() && System.nanoTime() < until; kill++) {
      pause(random.nextInt(LONGEST_PAUSE_MILLIS));
      Victim victim = victims.get(random.nextInt(victims.size()));
      long killedAt = System.nanoTime();
      switch (victim) {
        case AGENT -> {
          agent.kill();
          agent.restart();
        }
        case HUB -> {
          hub.kill();
          hub.restart();
        }
        case BROKER -> {
          broker.orElseThrow().kill();
          broker.orElseThrow().restart();
        }
      }
      kills.merge(victim, 1, Integer::sum);
      if (random.nextDouble() >= EARLY_SHARE) {
        awaitRecovery(admin, load.dropped(), killedAt);
      }
      if ((kill + 1) % Math.max(1, plan.kills() / 10) == 0) {
        progress.printf(
            "%d of %d kills, %d wafers, longest recovery %.1f s%n",
            kill + 1, plan.kills(), load.dropped(), longestRecovery.toMillis() / 1e3);
      }
    }
  }

  /** Waits for a wafer of at least a number. */
  private void awaitRecovery(RestClient admin, int number, long sinceNanos) {
    await()
        .atMost(PATIENCE)
        .pollInterval(POLL)
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .until(() -> newest(admin) >= number);
    Duration took = Duration.ofNanos(System.nanoTime() - sinceNanos);
    longestRecovery = took.compareTo(longestRecovery) > 0 ? took : longestRecovery;
  }

  private static int newest(RestClient admin) {
    RestClient.Answer answer = admin.get("/api/v1/images?fab=faba&limit=" + NEWEST);
    int newest = -1;
    if (answer.status() == 200) {
      for (JsonNode image : answer.json().get("items")) {
        newest = Math.max(newest, WaferLoad.number(image.get("imgid").stringValue()));
      }
    }
    return newest;
  }

  private static void awaitAll(RestClient admin, int wafers) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .until(
            () -> {
              Set<Integer> whole = new HashSet<>();
              for (JsonNode image : admin.items("/api/v1/images?fab=faba")) {
                if (!image.get("imageUrl").isNull()) {
                  whole.add(WaferLoad.number(image.get("imgid").stringValue()));
                }
              }
              return whole.size() >= wafers;
            });
  }

  private Summary account(
      RunningHub hub, RestClient admin, NoticeReceiver receiver, int wafers, long started) {
    List<JsonNode> images = admin.items("/api/v1/images?fab=faba");
    Set<Integer> whole = new HashSet<>();
    int alarming = 0;
    for (JsonNode image : images) {
      if (!image.get("imageUrl").isNull()) {
        whole.add(WaferLoad.number(image.get("imgid").stringValue()));
      }
      boolean defect = !image.get("prediction").stringValue().equals("none");
      alarming += defect && image.get("probability").doubleValue() > 0.5 ? 1 : 0;
    }
    Map<String, Integer> files = new HashMap<>();
    Samples.pngs(hub.data().resolve("archive"))
        .forEach(file -> files.merge(file.getFileName().toString(), 1, Integer::sum));
    List<JsonNode> alarms = admin.items("/api/v1/alarms");
    int counted = alarms.stream().mapToInt(alarm -> alarm.get("wafers").intValue()).sum();
    // The last notices may be on their way yet.
    await().atMost(PATIENCE).until(() -> receiver.keysByAlarm().size() >= alarms.size());
    int doubledNotices =
        receiver.keysByAlarm().values().stream().mapToInt(keys -> keys.size() - 1).sum();
    int filesInAll = files.values().stream().mapToInt(Integer::intValue).sum();
    return new Summary(
        kills,
        wafers,
        Math.max(wafers - whole.size(), wafers - files.size()),
        Math.max(images.size(), filesInAll) - wafers,
        alarming,
        alarms.size(),
        Math.abs(alarming - counted),
        alarms.size() - receiver.keysByAlarm().size(),
        doubledNotices,
        longestRecovery,
        Duration.ofNanos(System.nanoTime() - started));
  }

  private static void pause(int millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
