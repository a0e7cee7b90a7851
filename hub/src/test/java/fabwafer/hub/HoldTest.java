package fabwafer.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpServer;
import fabwafer.hub.alarm.AlarmConfig;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.PredictionMessage;
import fabwafer.protocol.Topic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** From a rule to a held lot, on the whole hub: MQTT, webhook, mail and REST are the real ones. */
class HoldTest {
  private static final DeviceName CAMERA = new DeviceName("faba", "camera1");
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private static final String RULE =
      "{\"name\":\"Donut repeats\",\"test\":\"k-of-n\",\"k\":2,\"n\":5,\"pattern\":\"Donut\","
          + "\"hold\":\"%s\"%s}";

  @TempDir private Path folder;
  private final List<String> posted = new CopyOnWriteArrayList<>();
  private final List<String> published = new CopyOnWriteArrayList<>();
  private GreenMail mail;
  private HttpServer receiver;
  private Hub hub;
  private Hub.Running running;
  private HttpClient http;
  private String cookie = "";
  private Mqtt3BlockingClient device;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    mail.start();
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          posted.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
    AlarmConfig alarms =
        new AlarmConfig(
            0.99,
            Map.of(),
            AlarmConfig.DEFAULT_QUIET_TIME,
            AlarmConfig.DEFAULT_NOTICE_LIFETIME,
            Optional.of(URI.create("http://127.0.0.1:" + receiver.getAddress().getPort())),
            List.of("127.0.0.0/8"),
            Optional.of(
                new AlarmConfig.Mail(
                    "127.0.0.1",
                    mail.getSmtp().getPort(),
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    "hub@fab.example",
                    List.of("night@fab.example"))));
    hub = new Hub(config(alarms), Optional::empty);
    running = hub.start();
    http = HttpClient.newHttpClient();
    await().atMost(SOON).until(() -> send("GET", "/health", "").statusCode() == 200);
    HttpResponse<String> login =
        send(
            "POST",
            "/api/v1/session",
            "{\"user\":\"admin\",\"password\":\"%s\"}"
                .formatted(running.firstAdminPassword().orElseThrow()));
    cookie = login.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    device =
        Mqtt3Client.builder()
            .serverHost(running.broker().host())
            .serverPort(running.broker().port())
            .buildBlocking();
    device.connect();
    device
        .toAsync()
        .subscribeWith()
        .topicFilter("fabwafer/+/+/hold")
        .qos(MqttQos.AT_LEAST_ONCE)
        .callback(
            message ->
                published.add(
                    message.getTopic() + " " + new String(message.getPayloadAsBytes(), UTF_8)))
        .send()
        .join();
  }

  @AfterEach
  void stop() {
    device.disconnect();
    http.close();
    hub.close();
    receiver.stop(0);
    mail.stop();
  }

  @Test
  void aRule_notesLotsInShadow_thenProposesThem_andAPersonHoldsAndReleases() throws Exception {
    assertThat(post("/api/v1/alarm-rules", RULE.formatted("confirm", "")).statusCode())
        .as("shadow first")
        .isEqualTo(409);
    JsonNode rule = json(post("/api/v1/alarm-rules", RULE.formatted("shadow", "")));
    assertThat(rule.get("version").intValue()).isEqualTo(1);
    inspect("a1", "Donut", "L1");
    inspect("a2", "Donut", "L1");
    await().atMost(SOON).until(() -> holds().size() == 1);
    assertThat(holds().get(0).get("state").stringValue()).isEqualTo("shadow");

    String versions = "/api/v1/alarm-rules/%d/versions".formatted(rule.get("id").intValue());
    assertThat(post(versions, RULE.formatted("confirm", ",\"version\":7")).statusCode())
        .as("not the version that was edited")
        .isEqualTo(409);
    assertThat(post(versions, RULE.formatted("confirm", ",\"version\":1")).statusCode())
        .isEqualTo(200);
    inspect("b1", "Donut", "L2");
    inspect("b2", "Donut", "L2");
    inspect("b2", "Donut", "L2");
    inspect("b3", "Donut", "L2");
    await().atMost(SOON).until(() -> holds().size() == 2);
    JsonNode proposed = holds().get(0);
    assertThat(proposed.get("lot").stringValue()).isEqualTo("L2");
    assertThat(proposed.get("state").stringValue()).isEqualTo("proposed");
    assertThat(proposed.get("reason").stringValue())
        .isEqualTo(
            "Rule 'Donut repeats': Donut at faba/camera1, 2 of the last 2 wafers, the limit is 2"
                + " of 5");
    assertThat(published).as("nothing is sent before a person confirms it").isEmpty();

    int id = proposed.get("id").intValue();
    post("/api/v1/holds/" + id + "/confirm", "");
    await().atMost(SOON).until(() -> published.size() == 1);
    await().atMost(SOON).until(() -> posted.stream().anyMatch(this::isHold));
    assertThat(published.getFirst())
        .startsWith("fabwafer/faba/camera1/hold {")
        .contains("\"action\":\"hold\"", "\"lot\":\"L2\"", "\"by\":\"admin\"");
    await().atMost(SOON).until(() -> !holds().get(0).at("/seconds/receivedToSent").isNull());
    assertThat(holds().get(0).at("/seconds/receivedToSent").doubleValue()).isBetween(0.0, 60.0);
    assertThat(post("/api/v1/holds/" + id + "/confirm", "").statusCode()).isEqualTo(409);
    post("/api/v1/holds/" + id + "/release", "");
    await().atMost(SOON).until(() -> published.size() == 2);
    assertThat(published.getLast()).contains("\"action\":\"release\"");

    assertThat(json(send("GET", versions, "")).get("items")).hasSize(2);
    String audit = send("GET", "/api/v1/audit?limit=50", "").body();
    assertThat(audit).contains("rule.added", "rule.changed", "hold.confirmed", "hold.released");
    stranger("{\"action\":\"release\",\"lot\":\"L9\"}");
    assertThat(send("GET", "/api/v1/quarantine", "").body())
        .as("the hub hears its own messages, and they are no refused ones")
        .contains("\"items\":[]");
    await().atMost(SOON).until(() -> mail.getReceivedMessages().length > 0);
    assertThat(String.valueOf(mail.getReceivedMessages()[0].getContent()))
        .contains("Rule 'Donut repeats'");
  }

  @Test
  void theWaysOut_areTried_andEachSaysWhatBecameOfIt() throws Exception {
    mail.stop();
    JsonNode ways = json(post("/api/v1/alarm-ways/test", "")).get("items");
    assertThat(ways.valueStream().map(way -> way.get("way").stringValue()))
        .containsExactly("log", "mqtt", "webhook", "mail");
    assertThat(ways.valueStream().map(way -> way.get("delivered").booleanValue()))
        .containsExactly(true, true, true, false);
    assertThat(ways.get(3).get("failure").stringValue()).contains("the mail was not taken");
    assertThat(posted).singleElement().asString().contains("\"test\":true");
    await().atMost(SOON).until(() -> published.size() == 1);
    assertThat(send("GET", "/api/v1/audit?limit=5", "").body()).contains("alarm.ways-tested");
  }

  @Test
  void aRule_isTriedOnStoredWafers_beforeItIsSaved() throws Exception {
    for (int i = 0; i < 6; i++) {
      inspect("w" + i, i % 3 == 2 ? "none" : "Donut", "L1");
    }
    await().atMost(SOON).until(() -> backtest("").get("wafers").intValue() == 6);
    JsonNode result = backtest("");
    assertThat(result.get("alarms").intValue()).isEqualTo(1);
    assertThat(result.get("words").stringValue())
        .isEqualTo(
            "This rule over the last 30 days: 1 alarm, 0 confirmed, 0 false, 1 not judged,"
                + " 0 missed");
    post(
        "/api/v1/groundtruth",
        "{\"imgid\":\"w1\",\"timestamp\":%d,\"fab\":\"faba\",\"camera\":\"camera1\","
                .formatted(time("w1"))
            + "\"ground_truth\":\"Donut\"}");
    assertThat(backtest("").get("confirmed").intValue()).isEqualTo(1);
    assertThat(post("/api/v1/alarm-backtests", "{\"name\":\"x\",\"test\":\"magic\"}").body())
        .contains("test must be one of threshold, k-of-n, p-chart, ewma, cusum");
  }

  private HubConfig config(AlarmConfig alarms) {
    HubConfig usual = HubConfig.loopback(folder, 0, 0);
    return new HubConfig(
        usual.data(),
        usual.archive(),
        usual.broker(),
        usual.certificateNames(),
        usual.web(),
        usual.accounts(),
        usual.oidc(),
        usual.ingest(),
        usual.quarantine(),
        alarms,
        usual.retention(),
        usual.upload(),
        usual.review(),
        usual.lifecycle(),
        usual.delivery(),
        usual.pipeline(),
        usual.watch());
  }

  /** Somebody who wants to hold lots, and is let in on the unencrypted port. */
  private void stranger(String message) {
    Mqtt5BlockingClient client =
        Mqtt5Client.builder()
            .serverHost(running.broker().host())
            .serverPort(running.broker().port())
            .buildBlocking();
    client.connect();
    assertThatThrownBy(
            () ->
                client
                    .publishWith()
                    .topic("fabwafer/faba/camera1/hold")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(message.getBytes(UTF_8))
                    .send())
        .isInstanceOf(Mqtt5PubAckException.class);
    await().atMost(SOON).until(() -> !client.getState().isConnected());
    assertThat(published).noneMatch(text -> text.contains("L9"));
  }

  private JsonNode backtest(String more) throws IOException, InterruptedException {
    return json(post("/api/v1/alarm-backtests", RULE.formatted("off", more)));
  }

  private boolean isHold(String body) {
    return body.contains("\"action\":\"hold\"");
  }

  private JsonNode holds() throws IOException, InterruptedException {
    return json(send("GET", "/api/v1/holds", "")).get("items");
  }

  private static long time(String imgid) {
    return 1_700_000_000_000L + imgid.hashCode() % 1_000;
  }

  private void inspect(String imgid, String label, String lot) {
    ObjectNode more = MAPPER.createObjectNode();
    more.put("lot", lot);
    PredictionMessage message =
        new PredictionMessage(new Topic.Prediction(CAMERA, imgid), time(imgid), label, 0.9, more);
    device
        .publishWith()
        .topic(message.topic().toString())
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload(message.toPayload())
        .send();
  }

  private static JsonNode json(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
    return MAPPER.readTree(answer.body());
  }

  private HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return send("POST", path, body);
  }

  private HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + running.httpPort() + path))
            .header("X-Fabwafer", "1")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    if (!cookie.isEmpty()) {
      request.header("Cookie", cookie);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
