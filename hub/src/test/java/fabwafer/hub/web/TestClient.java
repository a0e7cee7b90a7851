package fabwafer.hub.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;

/** Somebody who calls the server: keeps cookies, and sends what the portal sends. */
final class TestClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final String server;
  private final HttpClient client;
  private final Map<String, String> headers = new HashMap<>(Map.of("X-Fabwafer", "1"));

  TestClient(int port) {
    this("http://127.0.0.1:" + port, HttpClient.newBuilder());
  }

  private TestClient(String server, HttpClient.Builder client) {
    this.server = server;
    this.client = client.cookieHandler(new CookieManager()).connectTimeout(TIMEOUT).build();
  }

  /** Somebody who calls the HTTPS port. */
  static TestClient https(int port, SSLContext trust) {
    return new TestClient("https://127.0.0.1:" + port, HttpClient.newBuilder().sslContext(trust));
  }

  /** What was answered. */
  record Answer(int status, HttpHeaders headers, String text) {
    JsonNode json() {
      return Json.MAPPER.readTree(text);
    }

    String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    /** The end of the problem's type. */
    String problem() {
      JsonNode json = json();
      if (json.get("status").intValue() != status
          || !header("Content-Type").equals("application/problem+json")) {
        throw new AssertionError("no problem details: " + this);
      }
      return json.get("type").stringValue().replaceFirst("^urn:fabwafer:problem:", "");
    }

    String detail() {
      return json().get("detail").stringValue();
    }
  }

  TestClient with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  TestClient without(String header) {
    headers.remove(header);
    return this;
  }

  Answer login(String user, String password) {
    return post(
        "/api/v1/session", Json.object().put("user", user).put("password", password).toString());
  }

  Answer get(String path) {
    return send("GET", path, BodyPublishers.noBody());
  }

  Answer post(String path, String json) {
    return send("POST", path, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  Answer patch(String path, String json) {
    return send("PATCH", path, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  Answer delete(String path) {
    return send("DELETE", path, BodyPublishers.noBody());
  }

  Answer send(String method, String path, String contentType, byte[] body) {
    return answer(
        request(path)
            .header("Content-Type", contentType)
            .method(method, BodyPublishers.ofByteArray(body))
            .build());
  }

  Answer send(String method, String path, BodyPublisher body) {
    return answer(request(path).method(method, body).build());
  }

  /** An answer that is read while it comes. */
  HttpResponse<InputStream> stream(String path) {
    try {
      return client.send(request(path).GET().build(), BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server + path)).timeout(TIMEOUT);
    headers.forEach(request::header);
    return request;
  }

  private Answer answer(HttpRequest request) {
    try {
      HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
      return new Answer(
          response.statusCode(),
          response.headers(),
          new String(response.body(), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
