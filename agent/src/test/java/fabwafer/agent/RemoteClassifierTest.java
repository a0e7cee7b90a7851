package fabwafer.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import fabwafer.agent.AgentConfig.Remote;
import fabwafer.protocol.Assessment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemoteClassifierTest {
  private final SteadyClassifier local = new SteadyClassifier();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch hang = new CountDownLatch(1);
  private volatile int status = 200;
  private volatile String answer = "{\"cls\": \"Scratch\", \"confidence\": 0.97}";
  private volatile boolean hanging;
  private HttpServer hub;

  @BeforeEach
  void start() throws IOException {
    hub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hub.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    hub.createContext(
        "/invocations",
        exchange -> {
          requests.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Content-Type")
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          if (hanging) {
            try {
              hang.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    hub.start();
  }

  @AfterEach
  void stop() {
    hang.countDown();
    hub.stop(0);
  }

  @Test
  void classify_takesTheHubsAnswer() {
    assertThat(classifier().classify(Samples.wafer(), Samples.png(1)))
        .isEqualTo(
            new WaferClassifier.Answer(
                "Scratch", 0.97, Map.of(), Assessment.NONE, Optional.empty()));
    assertThat(requests).containsExactly("POST image/png Bearer secret");
    assertThat(local.asked()).isEmpty();
  }

  @Test
  void classify_takesWhatElseTheHubSays_andPassesOverWhatItCannotRead() {
    answer =
        "{\"cls\": \"Scratch\", \"confidence\": 0.6, \"patterns\": [\"Scratch\", \"Center\"],"
            + " \"decision\": \"review\", \"novelty\": 7}";
    Assessment assessment = fresh().assessment();
    assertThat(assessment.patterns()).contains(List.of("Scratch", "Center"));
    assertThat(assessment.decision()).contains(Assessment.Decision.REVIEW);
    assertThat(assessment.novelty()).isEmpty();
  }

  @Test
  void classify_asksTheModelHere_whenTheHubsAnswerIsUseless() {
    for (String useless : List.of("nonsense", "{}", "{\"cls\": \"Loc\", \"confidence\": 1.5}")) {
      answer = useless;
      assertThat(fresh().label()).isEqualTo("Donut");
    }
    status = 503;
    assertThat(fresh().label()).isEqualTo("Donut");
    assertThat(local.asked()).hasSize(4);
  }

  @Test
  void classify_leavesADeadHubAlone_soThatItCostsNoTimeoutAWafer() {
    hanging = true;
    WaferClassifier classifier = classifier();
    for (int i = 0; i < 50; i++) {
      assertThat(classifier.classify(Samples.wafer(), Samples.png(i)).label()).isEqualTo("Donut");
    }
    assertThat(requests).hasSize(CircuitBreaker.FAILURES_UNTIL_OPEN);
    assertThat(local.asked()).hasSize(50);
  }

  @Test
  void classify_goesOnAskingAHubThatRefusesAnImage() {
    status = 422;
    WaferClassifier classifier = classifier();
    for (int i = 0; i < 10; i++) {
      classifier.classify(Samples.wafer(), Samples.png(i));
    }
    assertThat(requests).hasSize(10);
    assertThat(local.asked()).hasSize(10);
  }

  private WaferClassifier.Answer fresh() {
    return classifier().classify(Samples.wafer(), Samples.png(1));
  }

  private WaferClassifier classifier() {
    URI address = URI.create("http://127.0.0.1:" + hub.getAddress().getPort() + "/");
    return new RemoteClassifier(
        new Remote(address, Duration.ofMillis(hanging ? 150 : 5_000), Optional.of("secret")),
        local);
  }
}
