package fabwafer.hub.alarm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpServer;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.database.Database;
import fabwafer.hub.hold.Holds;
import fabwafer.hub.rule.AlarmRules;
import fabwafer.protocol.DeviceName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlarmsTest {
  private static final DeviceName CAMERA1 = new DeviceName("faba", "camera1");
  private static final DeviceName CAMERA2 = new DeviceName("faba", "camera2");
  private static final long MINUTE = 60_000;
  private static final long T = 1_700_000_000_000L;
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private Database database;
  private AlarmStore store;
  private final Map<Alarms, AlarmRules> rules = new HashMap<>();
  private final AtomicLong now = new AtomicLong(T);
  private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
  private final List<Alarm> ended = new CopyOnWriteArrayList<>();
  private final List<Alarms> started = new ArrayList<>();

  @BeforeEach
  void open() {
    database = Database.open(folder);
    store = new AlarmStore(database);
  }

  @AfterEach
  void close() {
    started.forEach(Alarms::close);
    database.close();
  }

  @Test
  void oneAlarm_countsItsSituation() {
    Alarms alarms = alarms(AlarmConfig.DEFAULT);
    judge(alarms, CAMERA1, "a", T, "Loc", 0.9);
    judge(alarms, CAMERA1, "b", T + 20 * MINUTE, "Loc", 0.95);
    judge(alarms, CAMERA1, "c", T + 10 * MINUTE, "Loc", 0.8);
    assertThat(all())
        .singleElement()
        .satisfies(
            alarm -> {
              assertThat(alarm.wafers()).isEqualTo(3);
              assertThat(alarm.firstSeenMillis()).isEqualTo(T);
              assertThat(alarm.lastSeenMillis()).isEqualTo(T + 20 * MINUTE);
              assertThat(alarm.lastImgid()).isEqualTo("b");
              assertThat(alarm.maxProbability()).isEqualTo(0.95);
              assertThat(store.wafers(alarm.id(), Optional.empty(), 10)).hasSize(3);
            });
  }

  @Test
  void situations_differByCameraPatternAndQuietTime() {
    Alarms alarms = alarms(AlarmConfig.DEFAULT);
    judge(alarms, CAMERA1, "a", T, "Loc", 0.9);
    judge(alarms, CAMERA2, "b", T, "Loc", 0.9);
    judge(alarms, CAMERA1, "c", T, "Donut", 0.9);
    judge(alarms, CAMERA1, "d", T + 31 * MINUTE, "Loc", 0.9);
    assertThat(all()).hasSize(4);
  }

  @Test
  void noAlarm_forNoneOrAtTheThreshold() {
    Alarms alarms = alarms(AlarmConfig.DEFAULT);
    judge(alarms, CAMERA1, "a", T, "none", 0.99);
    judge(alarms, CAMERA1, "b", T, "Loc", 0.5);
    assertThat(all()).isEmpty();
  }

  @Test
  void threshold_ofTheCameraWinsOverTheFabs() {
    Alarms alarms =
        alarms(
            config(Map.of("faba", 0.8, "faba/camera2", 0.95), Optional.empty(), Optional.empty()));
    judge(alarms, CAMERA1, "a", T, "Loc", 0.79);
    judge(alarms, CAMERA2, "b", T, "Loc", 0.94);
    judge(alarms, new DeviceName("fabb", "camera1"), "c", T, "Loc", 0.6);
    assertThat(all())
        .extracting(alarm -> alarm.device().orElseThrow().fab())
        .containsExactly("fabb");
  }

  @Test
  void resolvedAlarm_isFollowedByANewOne() {
    Alarms alarms = alarms(AlarmConfig.DEFAULT);
    judge(alarms, CAMERA1, "a", T, "Loc", 0.9);
    long id = all().getFirst().id();
    assertThat(
            database
                .write(handle -> AlarmCare.acknowledge(handle, id, "ann", T + 1))
                .orElseThrow()
                .state())
        .isEqualTo(Alarm.State.ACKNOWLEDGED);
    judge(alarms, CAMERA1, "b", T + 1, "Loc", 0.9);
    assertThat(all()).hasSize(1);
    Alarm resolved =
        database
            .write(
                handle ->
                    AlarmCare.resolve(
                        handle, id, "bob", Optional.empty(), Optional.of("cleaned"), T + 2))
            .orElseThrow();
    assertThat(resolved.state()).isEqualTo(Alarm.State.RESOLVED);
    assertThat(resolved.care().closedBy()).contains("bob");
    judge(alarms, CAMERA1, "c", T + 2, "Loc", 0.9);
    assertThat(all())
        .extracting(Alarm::state)
        .containsExactly(Alarm.State.OPEN, Alarm.State.RESOLVED);
    Optional<Alarm> none = database.write(handle -> AlarmCare.acknowledge(handle, 99, "ann", T));
    assertThat(none).isEmpty();
  }

  @Test
  void suppressedAlarm_countsInSilence_andFiresAgainWhenItsTimeIsOver() {
    Alarms alarms = alarms(AlarmConfig.DEFAULT);
    judge(alarms, CAMERA1, "a", T, "Loc", 0.9);
    long id = all().getFirst().id();
    long until = T + 120 * MINUTE;
    database.write(handle -> AlarmCare.suppress(handle, id, "ann", until, "chuck is known", T));
    judge(alarms, CAMERA1, "b", T + 90 * MINUTE, "Loc", 0.9);
    assertThat(all())
        .singleElement()
        .satisfies(
            alarm -> {
              assertThat(alarm.state()).isEqualTo(Alarm.State.SUPPRESSED);
              assertThat(alarm.wafers()).isEqualTo(2);
            });
    assertThat(topics()).containsExactly("alarm-1");
    now.set(until - MINUTE);
    judge(alarms, CAMERA1, "c", until - MINUTE, "Loc", 0.9);
    now.set(until);
    alarms.start();
    await().atMost(SOON).until(() -> all().getFirst().state() == Alarm.State.OPEN);
    assertThat(topics()).containsExactly("alarm-1", "alarm-1-again-" + until);
    assertThat(new AlarmHistory(database).of(id))
        .extracting(AlarmHistory.Entry::what)
        .containsExactly("opened", "suppressed", "resumed");
  }

  @Test
  void systemAlarm_standsOnce_leavesByTheWays_andEndsWhenItIsCleared() {
    Alarms alarms = alarms(AlarmConfig.DEFAULT);
    alarms.system().raise("drift", "faba/camera1", "novel wafers: 31 % of 200, limit 15 %");
    alarms.system().raise("drift", "faba/camera1", "novel wafers: 34 % of 250, limit 15 %");
    alarms.system().raise("gate", "model 9f2c", "macro-F1 0.81 below 0.90");
    assertThat(store.systemAlarms()).isEqualTo(2);
    assertThat(all()).as("those of wafers").isEmpty();
    Alarm drift = store.find(1).orElseThrow();
    assertThat(drift.message()).contains("novel wafers: 34 % of 250, limit 15 %");
    assertThat(drift.subject()).isEqualTo("faba/camera1");
    assertThat(topics()).containsExactly("alarm-1", "alarm-2");

    alarms.start();
    await().atMost(SOON).until(() -> sent() == 2);
    alarms.system().clear("drift", "faba/camera1");
    alarms.system().clear("drift", "faba/camera1");
    assertThat(store.find(1).orElseThrow().state()).isEqualTo(Alarm.State.ENDED);
    await().atMost(SOON).until(() -> ended.stream().anyMatch(alarm -> alarm.id() == 2));
    alarms.system().raise("drift", "faba/camera1", "again");
    assertThat(store.systemAlarms()).isEqualTo(2);
    assertThatThrownBy(() -> alarms.system().raise("Not a word", "x", "y"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private List<String> topics() {
    return database.read(
        handle ->
            handle.createQuery("select topic from outbox order by id").mapTo(String.class).list());
  }

  private long sent() {
    return database.read(
        handle ->
            handle
                .createQuery("select count(*) from outbox where state = 'sent'")
                .mapTo(Long.class)
                .one());
  }

  @Test
  void quietAlarm_endsAndALateWaferOpensItAgain() {
    Alarms alarms = alarms(AlarmConfig.DEFAULT);
    judge(alarms, CAMERA1, "a", T, "Loc", 0.9);
    now.addAndGet(31 * MINUTE);
    alarms.start();
    await().atMost(SOON).until(() -> ended.size() == 1);
    assertThat(all().getFirst().state()).isEqualTo(Alarm.State.ENDED);
    judge(alarms, CAMERA1, "late", T + MINUTE, "Loc", 0.9);
    assertThat(all()).singleElement().matches(alarm -> alarm.state() == Alarm.State.OPEN);
  }

  @Test
  void mail_isSentOnceAnAlarm() throws MessagingException, IOException {
    GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.setUser("hub@fab.example", "hub", "secret");
    server.start();
    try {
      Alarms alarms = alarms(mail(server.getSmtp().getPort()));
      judge(alarms, CAMERA1, "a", T, "Edge-Ring", 0.9);
      judge(alarms, CAMERA1, "b", T + 1, "Edge-Ring", 0.9);
      alarms.start();
      await().atMost(SOON).until(() -> server.getReceivedMessages().length == 1);
      MimeMessage mail = server.getReceivedMessages()[0];
      assertThat(mail.getSubject()).isEqualTo("Fabwafer alarm: Edge-Ring at faba/camera1");
      assertThat(String.valueOf(mail.getContent())).contains("wafer        a");
      assertThat(mail.getMessageID()).isEqualTo("<alarm-1@test>");
    } finally {
      server.stop();
    }
  }

  @Test
  void webhook_isPostedAgainUntilItIsTaken() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    List<String> bodies = new CopyOnWriteArrayList<>();
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/hook",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.sendResponseHeaders(calls.incrementAndGet() < 3 ? 503 : 204, -1);
          exchange.close();
        });
    receiver.start();
    try {
      Alarms alarms = alarms(webhook(receiver.getAddress().getPort()));
      judge(alarms, CAMERA1, "a", T, "Loc", 0.9);
      alarms.start();
      await().atMost(SOON).until(() -> calls.get() == 1);
      await().atMost(SOON).until(() -> !alarms.failingWays().isEmpty());
      await()
          .atMost(SOON)
          .until(
              () -> {
                now.addAndGet(MINUTE);
                alarms.wake();
                return calls.get() == 3 && alarms.failingWays().isEmpty();
              });
      assertThat(bodies).allMatch(body -> body.contains("\"prediction\":\"Loc\""));
    } finally {
      receiver.stop(0);
    }
  }

  @Test
  void brokenWay_holdsUpNoOtherAndItsNoticesOutliveARestart()
      throws IOException, MessagingException {
    int port = freePort();
    AlarmConfig both =
        config(
            Map.of(),
            Optional.of(URI.create("http://127.0.0.1:" + freePort() + "/nobody")),
            mail(port).mail());
    Alarms alarms = alarms(both);
    judge(alarms, CAMERA1, "a", T, "Loc", 0.9);
    alarms.start();
    await().atMost(SOON).until(() -> alarms.failingWays().size() == 2);
    alarms.close();
    database.close();
    open();

    GreenMail server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.setUser("hub@fab.example", "hub", "secret");
    server.start();
    try {
      now.addAndGet(60 * MINUTE);
      Alarms again = alarms(both);
      again.start();
      await().atMost(SOON).until(() -> server.getReceivedMessages().length == 1);
      await().atMost(SOON).until(() -> again.failingWays().size() == 1);
      assertThat(again.failingWays().getFirst()).isEqualTo("webhook: 1 waiting");
    } finally {
      server.stop();
    }
  }

  @Test
  void mailServerDownForADay_getsEveryNoticeOnce_onceItIsBack() {
    int port = freePort();
    Alarms alarms = alarms(mail(port));
    alarms.start();
    int hours = 24;
    for (int hour = 0; hour < hours; hour++) {
      judge(alarms, CAMERA1, "wafer" + hour, now.get(), "Loc", 0.9);
      int due = hour + 1;
      await().atMost(SOON).until(() -> failedNotices() >= due);
      now.addAndGet(60 * MINUTE);
    }
    GreenMail server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.setUser("hub@fab.example", "hub", "secret");
    server.start();
    try {
      await().atMost(SOON).until(() -> server.getReceivedMessages().length >= hours);
      now.addAndGet(24 * 60 * MINUTE);
      await().atMost(SOON).until(() -> alarms.failingWays().isEmpty());
      assertThat(server.getReceivedMessages())
          .hasSize(hours)
          .extracting(MimeMessage::getMessageID)
          .doesNotHaveDuplicates();
    } finally {
      server.stop();
    }
  }

  @Test
  void clockPutBackADay_holdsNoNoticeUpForADay() throws IOException {
    int port = freePort();
    Alarms alarms = alarms(mail(port));
    judge(alarms, CAMERA1, "a", T, "Loc", 0.9);
    alarms.start();
    await().atMost(SOON).until(() -> failedNotices() == 1);
    now.addAndGet(-24 * 60 * MINUTE);
    GreenMail server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.setUser("hub@fab.example", "hub", "secret");
    server.start();
    try {
      await().atMost(SOON).until(() -> server.getReceivedMessages().length == 1);
    } finally {
      server.stop();
    }
  }

  private int failedNotices() {
    return database.read(
        handle ->
            handle
                .createQuery("select count(*) from outbox where way = 'mail' and tries > 0")
                .mapTo(Integer.class)
                .one());
  }

  @Test
  void notice_expiresAfterItsLifetime() {
    Alarms alarms = alarms(webhook(freePort()));
    judge(alarms, CAMERA1, "a", T, "Loc", 0.9);
    now.addAndGet(AlarmConfig.DEFAULT_NOTICE_LIFETIME.toMillis());
    alarms.start();
    await()
        .atMost(SOON)
        .until(
            () ->
                database.read(
                    handle ->
                        handle
                                .createQuery("select count(*) from outbox where state = 'expired'")
                                .mapTo(Integer.class)
                                .one()
                            == 2));
  }

  @Test
  void aWebhookInsideTheNetwork_isNotCalled_unlessItIsAllowed() throws IOException {
    try (var receiver = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      AlarmConfig usual = webhook(receiver.getLocalPort());
      Alarms alarms =
          alarms(
              new AlarmConfig(
                  usual.threshold(),
                  usual.thresholds(),
                  usual.quietTime(),
                  usual.noticeLifetime(),
                  usual.webhook(),
                  List.of("10.0.0.0/8"),
                  usual.mail()));
      judge(alarms, CAMERA1, "a", T, "Loc", 0.9);
      alarms.start();
      await().atMost(SOON).until(() -> !alarms.failingWays().isEmpty());
      String told =
          database.read(
              handle ->
                  handle
                      .createQuery("select last_error from outbox where way = 'webhook'")
                      .mapTo(String.class)
                      .one());
      assertThat(told).contains("127.0.0.1, an address inside the network");
      receiver.setSoTimeout(1);
      assertThatThrownBy(receiver::accept).isInstanceOf(java.net.SocketTimeoutException.class);
    }
  }

  @Test
  void aLabelMadeToForgeAMail_addsNoLineToIt() {
    String forged = "Loc\r\nBcc: all@fab.example\r\n\r\n${7*7}{{7*7}}\u202e%s%n";
    Classification wafer = new Classification("a", T, CAMERA1, forged, 0.9, "{}", false, now.get());
    Alarms alarms = alarms(AlarmConfig.DEFAULT);
    database.change(handle -> rulesOf(alarms).judge(handle, wafer));
    Notice notice = Notice.of(all().getFirst());

    assertThat(notice.headline())
        .isEqualTo("Loc??Bcc: all@fab.example????${7*7}{{7*7}}?%s%n at faba/camera1");
    assertThat(notice.text().lines().toList()).hasSize(8);
  }

  private Alarms alarms(AlarmConfig config) {
    Alarms alarms =
        new Alarms(database, store, config, "test", clock, ended::add, Optional.empty());
    rules.put(
        alarms,
        new AlarmRules(
            database,
            alarms,
            new Holds(database, alarms, new SimpleMeterRegistry(), clock),
            config,
            clock));
    started.add(alarms);
    return alarms;
  }

  private static AlarmConfig config(
      Map<String, Double> thresholds, Optional<URI> webhook, Optional<AlarmConfig.Mail> mail) {
    return new AlarmConfig(
        AlarmConfig.DEFAULT_THRESHOLD,
        thresholds,
        AlarmConfig.DEFAULT_QUIET_TIME,
        AlarmConfig.DEFAULT_NOTICE_LIFETIME,
        webhook,
        List.of("127.0.0.0/8"),
        mail);
  }

  private static AlarmConfig webhook(int port) {
    return config(
        Map.of(), Optional.of(URI.create("http://127.0.0.1:" + port + "/hook")), Optional.empty());
  }

  private static AlarmConfig mail(int port) {
    return config(
        Map.of(),
        Optional.empty(),
        Optional.of(
            new AlarmConfig.Mail(
                "127.0.0.1",
                port,
                false,
                Optional.of("hub"),
                Optional.of("secret"),
                "hub@fab.example",
                List.of("engineer@fab.example"))));
  }

  private void judge(
      Alarms alarms, DeviceName device, String imgid, long time, String label, double probability) {
    Classification wafer =
        new Classification(imgid, time, device, label, probability, "{}", false, now.get());
    database.change(handle -> rulesOf(alarms).judge(handle, wafer));
  }

  private AlarmRules rulesOf(Alarms alarms) {
    return Objects.requireNonNull(rules.get(alarms));
  }

  private List<Alarm> all() {
    return store.alarms(AlarmQuery.newest(100));
  }

  private static int freePort() {
    try (var socket = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
