package fabwafer.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A script's view of the hub's REST interface: one session, JSON in and out. */
public final class RestClient {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final HttpClient http =
      HttpClient.newBuilder().cookieHandler(new CookieManager()).connectTimeout(TIMEOUT).build();
  private final String address;

  private RestClient(String address) {
    this.address = address;
  }

  /** A client without a session. */
  public static RestClient anonymous(String address) {
    return new RestClient(address);
  }

  /** A client with a session; fails where user or password is wrong. */
  public static RestClient login(String address, String user, String password) {
    RestClient client = new RestClient(address);
    Answer answer = client.post("/api/v1/session", Map.of("user", user, "password", password));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return client;
  }

  /** Waits until the hub at an address answers that all its parts are ready. */
  public static void awaitReady(String address, Program program) {
    RestClient client = new RestClient(address);
    await()
        .atMost(Program.PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .failFast("the hub ended", () -> !program.isAlive())
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .until(() -> client.get("/health").status() == 200);
  }

  /** Status and body of an answer. */
  public record Answer(int status, String body) {
    public JsonNode json() {
      return MAPPER.readTree(body);
    }
  }

  public Answer get(String path) {
    return send(request(path).GET());
  }

  /** The body of an answer that must be 200. */
  public JsonNode json(String path) {
    Answer answer = get(path);
    assertThat(answer.status()).as(path + ": " + answer.body()).isEqualTo(200);
    return answer.json();
  }

  /** Every item of a paged list, page after page. */
  public List<JsonNode> items(String path) {
    List<JsonNode> items = new ArrayList<>();
    String separator = path.contains("?") ? "&" : "?";
    JsonNode page = json(path + separator + "limit=500");
    page.get("items").forEach(items::add);
    while (!page.get("next").isNull()) {
      page = json(path + separator + "limit=500&cursor=" + page.get("next").stringValue());
      page.get("items").forEach(items::add);
    }
    return items;
  }

  public Answer post(String path, Object body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .header("X-Fabwafer", "1")
            .POST(BodyPublishers.ofString(MAPPER.writeValueAsString(body))));
  }

  /** Bytes of an answer that must be 200. */
  public byte[] bytes(String path) {
    HttpResponse<byte[]> answer = sendFor(request(path).GET(), BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return answer.body();
  }

  /** Posts bytes as they are. */
  public Answer postBytes(String path, String contentType, byte[] body) {
    return send(
        request(path)
            .header("Content-Type", contentType)
            .header("X-Fabwafer", "1")
            .POST(BodyPublishers.ofByteArray(body)));
  }

  /**
   * Follows the server-sent events on a thread of its own, for as long as the process lives.
   *
   * @param listener gets each event's name and data
   */
  public void follow(BiConsumer<String, JsonNode> listener) {
    HttpResponse<Stream<String>> answer =
        sendFor(
            HttpRequest.newBuilder(URI.create(address + "/api/v1/events")).GET(),
            BodyHandlers.ofLines());
    assertThat(answer.statusCode()).isEqualTo(200);
    Thread.ofVirtual()
        .start(
            () -> {
              StringBuilder event = new StringBuilder();
              answer
                  .body()
                  .forEach(
                      line -> {
                        if (line.startsWith("event:")) {
                          event.setLength(0);
                          event.append(line.substring("event:".length()).strip());
                        } else if (line.startsWith("data:")) {
                          String data = line.substring("data:".length());
                          listener.accept(event.toString(), MAPPER.readTree(data));
                        }
                      });
            });
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(address + path)).timeout(TIMEOUT);
  }

  private Answer send(HttpRequest.Builder request) {
    HttpResponse<String> answer = sendFor(request, BodyHandlers.ofString(UTF_8));
    return new Answer(answer.statusCode(), answer.body());
  }

  private <T> HttpResponse<T> sendFor(
      HttpRequest.Builder request, HttpResponse.BodyHandler<T> bodyHandler) {
    try {
      return http.send(request.build(), bodyHandler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
