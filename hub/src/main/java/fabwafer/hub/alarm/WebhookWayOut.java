package fabwafer.hub.alarm;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Notices as JSON, posted to a URL. Delivered where the answer is 2xx; a repeated one carries the
 * same {@code Idempotency-Key}.
 */
final class WebhookWayOut implements WayOut {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final URI target;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  WebhookWayOut(URI target) {
    this.target = target;
  }

  @Override
  public String name() {
    return "webhook";
  }

  @Override
  public void send(Notice notice) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(target)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "fabwafer-alarm-" + notice.alarmId())
            .POST(HttpRequest.BodyPublishers.ofString(notice.json()))
            .build();
    try {
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status < 200 || status > 299) {
        throw new IOException("the receiver answered HTTP " + status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while posting", e);
    }
  }
}
