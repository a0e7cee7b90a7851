package fabwafer.hub.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EventsTest {
  @TempDir private Path folder;
  private TestHub hub;

  @BeforeEach
  void start() {
    hub = TestHub.start(folder);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void whatHappens_isToldAtOnce_inOrder() throws IOException {
    try (Stream stream = new Stream(hub.as(Role.VIEWER))) {
      hub.events.publish("alarm", Json.object().put("id", 1));
      hub.events.publish("alarm", Json.object().put("id", 2));

      assertThat(stream.next()).isEqualTo("alarm {\"id\":1}");
      assertThat(stream.next()).isEqualTo("alarm {\"id\":2}");
    }
  }

  @Test
  void aGroundTruth_isToldToTheOthers() throws IOException {
    hub.classified("img3", TestHub.NOW, "Donut");
    try (Stream stream = new Stream(hub.as(Role.VIEWER))) {
      hub.as(Role.REVIEWER)
          .post(
              "/api/v1/groundtruth",
              "{\"imgid\":\"img3\",\"timestamp\":%d,\"fab\":\"faba\",\"camera\":\"camera1\",\"ground_truth\":\"Loc\"}"
                  .formatted(TestHub.NOW));
      assertThat(stream.next()).startsWith("groundtruth {\"id\":1,\"imgid\":\"img3\"");
    }
  }

  @Test
  void aClientThatComesBack_getsWhatItMissed() throws IOException {
    String last;
    try (Stream stream = new Stream(hub.as(Role.VIEWER))) {
      hub.events.publish("alarm", Json.object().put("id", 1));
      stream.next();
      last = stream.lastId;
    }
    hub.events.publish("alarm", Json.object().put("id", 2));

    try (Stream stream = new Stream(hub.as(Role.VIEWER).with("Last-Event-ID", last))) {
      assertThat(stream.next()).isEqualTo("alarm {\"id\":2}");
    }
  }

  @Test
  void aClientThatMissedTooMuch_orKnowsAnotherRun_isToldToReadAgain() throws IOException {
    hub.events.publish("alarm", Json.object());
    String first;
    try (Stream stream = new Stream(hub.as(Role.VIEWER).with("Last-Event-ID", "other-1"))) {
      assertThat(stream.next()).isEqualTo("refetch {}");
      first = stream.lastId;
    }
    for (int i = 0; i < LiveEvents.KEPT_EVENTS; i++) {
      hub.events.publish("alarm", Json.object().put("id", i));
    }
    try (Stream stream = new Stream(hub.as(Role.VIEWER).with("Last-Event-ID", first))) {
      assertThat(stream.next()).isEqualTo("alarm {\"id\":0}");
    }
    hub.events.publish("alarm", Json.object());
    try (Stream stream = new Stream(hub.as(Role.VIEWER).with("Last-Event-ID", first))) {
      assertThat(stream.next()).isEqualTo("refetch {}");
    }
  }

  @Test
  void aClientThatDoesNotRead_isCutOff_andHoldsNobodyUp() throws IOException {
    String session = cookieOf(hub.as(Role.VIEWER).login("the-viewer", TestHub.PASSWORD));
    try (Socket deaf = new Socket(InetAddress.getLoopbackAddress(), hub.server.port())) {
      deaf.setReceiveBufferSize(1_024);
      deaf.getOutputStream()
          .write(
              ("GET /api/v1/events HTTP/1.1\r\nHost: x\r\nCookie: " + session + "\r\n\r\n")
                  .getBytes(UTF_8));
      await().until(() -> hub.events.clients() == 1);
      String long_ = "x".repeat(60_000);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                for (int i = 0; i < 100; i++) {
                  hub.events.publish("alarm", Json.object().put("text", long_));
                }
                return hub.events.clients() == 0;
              });
    }
    try (Stream stream = new Stream(hub.as(Role.VIEWER))) {
      hub.events.publish("alarm", Json.object());
      assertThat(stream.next()).isEqualTo("alarm {}");
    }
  }

  @Test
  void aSilentStream_beats_andEndsWithItsSession() throws IOException {
    TestClient viewer = hub.as(Role.VIEWER);
    try (Stream stream = new Stream(viewer)) {
      assertThat(stream.lines.readLine()).isEqualTo(":");
      viewer.post("/api/v1/session/logout", "");
      await().until(() -> hub.events.clients() == 0);
      assertThat(stream.lines.lines()).allMatch(line -> line.isEmpty() || line.equals(":"));
    }
  }

  @Test
  void aClientThatGoesAway_isForgotten_andClosingEndsTheOthers() throws IOException {
    Stream stays = new Stream(hub.as(Role.VIEWER));
    assertThat(hub.events.clients()).isEqualTo(1);
    long before = System.nanoTime();
    hub.server.close();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
    assertThat(stays.lines.lines()).allMatch(line -> line.isEmpty() || line.equals(":"));
    await().until(() -> hub.events.clients() == 0);
    stays.close();
  }

  private static String cookieOf(TestClient.Answer login) {
    return login.header("Set-Cookie").split(";", 2)[0];
  }

  /** An open stream of events, past its first comment. */
  private static final class Stream implements AutoCloseable {
    private final BufferedReader lines;
    private String lastId = "";

    Stream(TestClient client) throws IOException {
      HttpResponse<InputStream> response = client.stream("/api/v1/events");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type").orElse(""))
          .startsWith("text/event-stream");
      lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8));
      assertThat(lines.readLine()).isEqualTo(":");
      lines.readLine();
    }

    String next() throws IOException {
      List<String> event = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty() && !event.isEmpty()) {
          lastId = event.get(0).substring("id: ".length());
          return event.get(1).substring("event: ".length())
              + " "
              + event.get(2).substring("data: ".length());
        }
        if (!line.isEmpty() && !line.startsWith(":")) {
          event.add(line);
        }
      }
      throw new IOException("the stream ended");
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }
}
