package fabwafer.hub.alarm;

import fabwafer.hub.database.Database;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /** Most alarms without wafers that browsers are told of at once; they read the rest. */
  private static final int MAX_TOLD = 100;

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final AlarmStore store;
  private final AlarmConfig config;
  private final InstantSource clock;
  private final Consumer<Alarm> onChange;
  private final Database database;
  private final Outbox outbox;
  private final Situations situations;
  private final SystemAlarms system;
  private final DeviceAlarms devices;
  private final HoldNotices holdNotices;
  private final AlarmWays ways;
  private final List<Courier> couriers = new ArrayList<>();
  private long toldEntry;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("alarm-watch").daemon().factory());

  /**
   * Alarms, not yet started.
   *
   * @param hubId a name that no other hub has, for the ids of notices
   * @param onChange hears of each alarm that ended or fires again by itself, and of those without
   *     wafers, on a thread of its own
   * @param publisher publishes at the hub's broker; without one lots are held by the webhook alone
   */
  public Alarms(
      Database database,
      AlarmStore store,
      AlarmConfig config,
      String hubId,
      InstantSource clock,
      Consumer<Alarm> onChange,
      Optional<Publisher> publisher) {
    this.database = database;
    this.store = store;
    this.config = config;
    this.clock = clock;
    this.onChange = onChange;
    List<WayOut> open = new ArrayList<>(List.of(new LogWayOut()));
    publisher.map(MqttWayOut::new).ifPresent(open::add);
    AllowedTargets allowed = new AllowedTargets(config.webhookAllow());
    config.webhook().map(target -> new WebhookWayOut(target, allowed)).ifPresent(open::add);
    config.mail().map(mail -> new MailWayOut(mail, hubId)).ifPresent(open::add);
    this.outbox = new Outbox(database, open, config.noticeLifetime());
    this.situations = new Situations(outbox, config.quietTime(), clock);
    StandingAlarms standing = new StandingAlarms(outbox, clock);
    this.system = new SystemAlarms(database, standing);
    this.devices = new DeviceAlarms(standing);
    this.holdNotices = new HoldNotices(outbox);
    this.ways = new AlarmWays(open, hubId);
    this.toldEntry = store.newestEntry();
    open.forEach(way -> couriers.add(new Courier(way, outbox, holdNotices, clock)));
  }

  /** Which alarm a wafer belongs to, for the rules. */
  public Situations situations() {
    return situations;
  }

  /** What is wrong with devices. */
  public DeviceAlarms devices() {
    return devices;
  }

  /** The way of messages to hold and release lots. */
  public HoldNotices holdNotices() {
    return holdNotices;
  }

  /** The ways out, to try them. */
  AlarmWays ways() {
    return ways;
  }

  /** What waits for a way out. */
  record WayState(String way, long waiting, boolean failing) {}

  /** How the ways out do. */
  List<WayState> wayStates() {
    return couriers.stream()
        .map(
            courier ->
                new WayState(
                    courier.wayName(), outbox.waiting(courier.wayName()), courier.isFailing()))
        .toList();
  }

  /** Alarms that the hub raises about itself, its models or its data. */
  public SystemAlarms system() {
    return system;
  }

  /** Starts to deliver notices and to end alarms gone quiet. */
  public void start() {
    couriers.forEach(Courier::start);
    long pause = Math.clamp(config.quietTime().toMillis() / 2, 1, LONGEST_WATCH.toMillis());
    var _ = watch.scheduleWithFixedDelay(this::watch, 0, pause, TimeUnit.MILLISECONDS);
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

  private void watch() {
    try {
      long now = clock.millis();
      List<Alarm> changed =
          database.write(
              handle -> {
                List<Alarm> both = new ArrayList<>(situations.resume(handle, now));
                both.addAll(situations.endQuiet(handle, now));
                return both;
              });
      changed.forEach(onChange);
      tellOfStanding();
      outbox.prune(now);
    } catch (RuntimeException e) {
      LOG.error("alarms gone quiet could not be ended: {}", e.getMessage(), e);
    }
  }

  /** Tells of alarms without wafers; whoever opens them has no ear of a browser. */
  private void tellOfStanding() {
    long newest = store.newestEntry();
    store.standingChangedSince(toldEntry, MAX_TOLD).forEach(onChange);
    toldEntry = newest;
  }
}
