package fabwafer.agent;

import fabwafer.agent.AgentConfig.Remote;
import fabwafer.protocol.Assessment;
import fabwafer.protocol.AssessmentFields;
import fabwafer.wafer.WaferMap;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks a hub's {@code /invocations}, and the model here when the hub does not answer well and in
 * time. Safe on any thread.
 */
final class RemoteClassifier implements WaferClassifier {
  /** An answer is some labels and numbers. */
  private static final int MAX_ANSWER_BYTES = 64 * 1024;

  private static final int OK = 200;

  /** About this image, not about the hub: bad request, too large, media type, no wafer map. */
  private static final Set<Integer> IMAGE_REFUSED = Set.of(400, 413, 415, 422);

  private static final Logger LOG = LoggerFactory.getLogger(RemoteClassifier.class);

  /** The hub gave no usable answer. */
  private static final class NoAnswerException extends Exception {
    private static final long serialVersionUID = 1L;

    NoAnswerException(String message) {
      super(message);
    }
  }

  private final Remote remote;
  private final URI invocations;
  private final WaferClassifier local;
  private final HttpClient http;
  private final JsonMapper json = new JsonMapper();
  private final CircuitBreaker breaker = new CircuitBreaker();

  /**
   * @param local asked when the hub fails; closed with this
   */
  RemoteClassifier(Remote remote, WaferClassifier local) {
    this.remote = remote;
    this.local = local;
    this.invocations = URI.create(remote.hub().toString().replaceFirst("/+$", "") + "/invocations");
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(remote.timeout())
            .build();
  }

  @Override
  public Answer classify(WaferMap wafer, byte[] image) {
    if (breaker.mayAsk()) {
      try {
        Optional<Answer> answer = ask(image);
        if (breaker.succeeded()) {
          LOG.info("{} answers again", invocations);
        }
        if (answer.isPresent()) {
          return answer.get();
        }
      } catch (NoAnswerException e) {
        if (breaker.failed()) {
          LOG.warn("{} left alone for a while, classifying here: {}", invocations, e.getMessage());
        }
      }
    }
    return local.classify(wafer, image);
  }

  /** The hub's answer, or empty if it does not take this image. */
  private Optional<Answer> ask(byte[] image) throws NoAnswerException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(invocations)
            .timeout(remote.timeout())
            .header("Content-Type", ImageEnd.mediaType(image))
            .POST(HttpRequest.BodyPublishers.ofByteArray(image));
    remote.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    HttpResponse<byte[]> response;
    try {
      response =
          http.send(
              request.build(),
              HttpResponse.BodyHandlers.limiting(
                  HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
    } catch (IOException e) {
      throw new NoAnswerException(AgentException.told(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoAnswerException("interrupted");
    }
    if (IMAGE_REFUSED.contains(response.statusCode())) {
      return Optional.empty();
    }
    if (response.statusCode() != OK) {
      throw new NoAnswerException("it answers with status " + response.statusCode());
    }
    return Optional.of(read(response.body()));
  }

  private Answer read(byte[] body) throws NoAnswerException {
    JsonNode answer;
    try {
      answer = json.readTree(body);
    } catch (JacksonException e) {
      throw new NoAnswerException("its answer is not JSON");
    }
    JsonNode label = answer.path("cls");
    JsonNode confidence = answer.path("confidence");
    if (!label.isString() || !isProbability(confidence)) {
      throw new NoAnswerException("its answer has no cls with a confidence in [0, 1]");
    }
    Map<String, Double> probabilities = new LinkedHashMap<>();
    answer
        .path("probabilities")
        .properties()
        .forEach(
            entry -> {
              if (isProbability(entry.getValue())) {
                probabilities.put(entry.getKey(), entry.getValue().doubleValue());
              }
            });
    JsonNode model = answer.path("model");
    return new Answer(
        label.stringValue(),
        confidence.doubleValue(),
        probabilities,
        answer instanceof ObjectNode fields ? AssessmentFields.read(fields) : Assessment.NONE,
        model.isString() ? Optional.of(model.stringValue()) : Optional.empty());
  }

  private static boolean isProbability(JsonNode node) {
    return node.isNumber() && node.doubleValue() >= 0 && node.doubleValue() <= 1;
  }

  /** The model here; the hub's own may be another. */
  @Override
  public Optional<String> model() {
    return local.model();
  }

  @Override
  public void close() {
    http.shutdownNow();
    local.close();
  }
}
