package fabwafer.hub.alarm;

import fabwafer.hub.database.Database;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The alarms of a hub: the rule that opens them, the ways out by which they are told, and the watch
 * that ends those gone quiet.
 */
public final class Alarms implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Alarms.class);

  private static final Duration LONGEST_WATCH = Duration.ofSeconds(30);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final AlarmStore store;
  private final AlarmConfig config;
  private final InstantSource clock;
  private final Consumer<Alarm> onEnd;
  private final Outbox outbox;
  private final AlarmRule rule;
  private final List<Courier> couriers = new ArrayList<>();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("alarm-watch").daemon().factory());

  /**
   * Alarms, not yet started.
   *
   * @param hubId a name that no other hub has, for the ids of notices
   * @param onEnd hears of each alarm that ended by itself, on a thread of its own
   */
  public Alarms(
      Database database,
      AlarmStore store,
      AlarmConfig config,
      String hubId,
      InstantSource clock,
      Consumer<Alarm> onEnd) {
    this.store = store;
    this.config = config;
    this.clock = clock;
    this.onEnd = onEnd;
    List<WayOut> ways = new ArrayList<>(List.of(new LogWayOut()));
    AllowedTargets allowed = new AllowedTargets(config.webhookAllow());
    config.webhook().map(target -> new WebhookWayOut(target, allowed)).ifPresent(ways::add);
    config.mail().map(mail -> new MailWayOut(mail, hubId)).ifPresent(ways::add);
    this.outbox =
        new Outbox(database, ways.stream().map(WayOut::name).toList(), config.noticeLifetime());
    this.rule = new AlarmRule(store, outbox, config, clock);
    ways.forEach(way -> couriers.add(new Courier(way, outbox, clock)));
  }

  /** The rule, for ingest. */
  public AlarmRule rule() {
    return rule;
  }

  /** Starts to deliver notices and to end alarms gone quiet. */
  public void start() {
    couriers.forEach(Courier::start);
    long pause = Math.clamp(config.quietTime().toMillis() / 2, 1, LONGEST_WATCH.toMillis());
    var _ = watch.scheduleWithFixedDelay(this::endQuiet, 0, pause, TimeUnit.MILLISECONDS);
  }

  /** Delivers new notices at once instead of within a second. */
  public void wake() {
    couriers.forEach(Courier::wake);
  }

  /**
   * The ways out whose last try failed, with the notices that wait for each; empty: all is well.
   */
  public List<String> failingWays() {
    return couriers.stream()
        .filter(Courier::isFailing)
        .map(courier -> courier.wayName() + ": " + outbox.waiting(courier.wayName()) + " waiting")
        .toList();
  }

  @Override
  public void close() {
    watch.shutdownNow();
    couriers.forEach(Courier::close);
    try {
      if (!watch.awaitTermination(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("the watch over alarms did not stop in {} s", STOP_TIMEOUT.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void endQuiet() {
    try {
      long now = clock.millis();
      store.endQuiet(now - config.quietTime().toMillis(), now).forEach(onEnd);
      outbox.prune(now);
    } catch (RuntimeException e) {
      LOG.error("alarms gone quiet could not be ended: {}", e.getMessage(), e);
    }
  }
}
