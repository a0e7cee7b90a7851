package fabwafer.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.CertificateException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Asks a hub for a certificate. */
final class HubRequests {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int MAX_ANSWER_BYTES = 64 * 1024;
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final JsonMapper JSON = new JsonMapper();

  private HubRequests() {}

  /**
   * Posts a request and reads the answer.
   *
   * @param trust whom to trust, see {@link HubTrust}
   * @throws AgentException saying what the hub, or the way to it, said
   */
  static JsonNode post(URI hub, SSLContext trust, String path, ObjectNode fields) {
    requireSafe(hub);
    URI address = URI.create(hub.toString().replaceFirst("/+$", "") + path);
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("X-Fabwafer", "1")
            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(fields)))
            .build();
    try (HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(trust)
            .connectTimeout(TIMEOUT)
            .build()) {
      HttpResponse<String> response =
          http.send(
              request,
              HttpResponse.BodyHandlers.limiting(
                  HttpResponse.BodyHandlers.ofString(), MAX_ANSWER_BYTES));
      return read(hub, response);
    } catch (SSLException e) {
      throw new AgentException("the hub at %s: %s".formatted(hub, told(e, hub)), e);
    } catch (IOException e) {
      throw new AgentException(
          "the hub at %s cannot be reached: %s".formatted(hub, AgentException.told(e)), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AgentException("interrupted while the hub was asked", e);
    }
  }

  private static JsonNode read(URI hub, HttpResponse<String> response) {
    JsonNode answer;
    try {
      answer = JSON.readTree(response.body());
    } catch (JacksonException e) {
      throw new AgentException(
          "%s is no hub: it answers with status %d".formatted(hub, response.statusCode()), e);
    }
    if (response.statusCode() == OK) {
      return answer;
    }
    throw new AgentException(
        response.statusCode() == NOT_FOUND
            ? hub + " is no hub that lets devices enrol"
            : "the hub refuses: "
                + answer.path("detail").asString("status " + response.statusCode()));
  }

  /** A token must not be read on its way. */
  private static void requireSafe(URI hub) {
    boolean web = "https".equals(hub.getScheme()) || "http".equals(hub.getScheme());
    if (!web || hub.getHost() == null) {
      throw new AgentException("the hub must be an https address, got " + hub);
    }
    if ("http".equals(hub.getScheme()) && !isThisMachine(hub.getHost())) {
      throw new AgentException(
          hub + " is not encrypted: the token could be read on its way; use the https address");
    }
  }

  private static boolean isThisMachine(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static String told(SSLException e, URI hub) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (message.contains("No subject alternative") || message.contains("No name matching")) {
        return "its certificate is not for the name "
            + hub.getHost()
            + "; add that to the hub's certificate-names";
      }
      if (cause instanceof CertificateException) {
        return "its certificate is neither of the authority that the token names, nor of one that"
            + " this machine trusts: it is another hub, or somebody in between";
      }
    }
    return String.valueOf(e.getMessage());
  }
}
