package fabwafer.acceptance;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Gives a filled hub models with a life to look at: one that went through the gate and runs in
 * shadow, and cameras that report what they serve.
 */
public final class ModelLife {
  private static final int LABELLED = 500;
  private static final int MAX_SHADOWED = 90;
  private static final Duration LONG = Duration.ofMinutes(8);
  private static final String MODELS = "/api/v1/models";

  private final RestClient admin;
  private final MosquittoClient devices;

  private ModelLife(RunningHub hub) {
    this.admin = hub.admin();
    this.devices = MosquittoClient.of(hub);
  }

  /** Leads a copy of the program's model into test; answers its id. */
  public static String lead(RunningHub hub) {
    return new ModelLife(hub).lead();
  }

  private String lead() {
    JsonNode images = admin.json("/api/v1/images?limit=" + LABELLED).get("items");
    for (JsonNode wafer : images) {
      label(wafer);
    }
    byte[] zip = OtherModels.confused("in the pictures", "Loc", "Scratch");
    String id = admin.postBytes(MODELS, "application/zip", zip).json().get("id").stringValue();
    JsonNode begun = admin.post("/api/v1/pipeline", Map.of("model", id)).json();
    String run = "/api/v1/pipeline/" + begun.get("id").longValue();
    await()
        .atMost(LONG)
        .until(() -> !admin.json(run).get("stage").stringValue().equals("gate") || ended(run));
    if (ended(run)) {
      admin.post(MODELS + "/" + id + "/test", Map.of("override", "to see how it does in shadow"));
    }
    upload();
    String champion = admin.json(MODELS + "/champion").get("id").stringValue();
    report(images, champion);
    await()
        .atMost(LONG)
        .until(
            () ->
                admin.get(MODELS + "/" + id + "/shadow").status() == 200
                    && admin.json(MODELS + "/" + id + "/shadow").get("wafers").intValue()
                        > MAX_SHADOWED / 2);
    return id;
  }

  private boolean ended(String run) {
    return !admin.json(run).get("endedAt").isNull();
  }

  private void label(JsonNode wafer) {
    admin.post(
        "/api/v1/groundtruth",
        Map.of(
            "imgid", wafer.get("imgid").stringValue(),
            "timestamp", wafer.get("timestamp").longValue(),
            "fab", wafer.get("fab").stringValue(),
            "camera", wafer.get("camera").stringValue(),
            "ground_truth", wafer.get("prediction").stringValue()));
  }

  private void upload() {
    List<Path> samples = Samples.all();
    for (Path sample : samples.subList(0, Math.min(samples.size(), MAX_SHADOWED))) {
      String query = "?fab=faba&camera=by-hand&name=" + sample.getFileName();
      try {
        admin.postBytes(
            "/api/v1/wafers" + query, "application/octet-stream", Files.readAllBytes(sample));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Each camera's agent speaks; a few say other things than the rest. */
  private void report(JsonNode images, String champion) {
    int i = 0;
    for (String camera : cameras(images)) {
      devices.publish(
          "fabwafer/" + camera + "/model/reported",
          """
          {"agent": "agent-%d", "state": "%s", "serving": "%s", "sequence": 0, "desiredSequence": 0,
           "received": 0,%s "counts": {"wafers": %d, "errors": %d, "compared": 200,
           "disagreements": %d, "meanMillis": %.1f, "previousMeanMillis": 2.0}}\
          """
              .formatted(
                  1 + i / 2,
                  i == 2 ? "refused" : "serving",
                  champion,
                  i == 2 ? "\"reason\": \"test vector 3: logit 2 is 1.31, not 1.22\"," : "",
                  512 + 90 * i,
                  i == 1 ? 2 : 0,
                  i % 4,
                  2.1 + 0.3 * i));
      i++;
    }
  }

  private static List<String> cameras(JsonNode images) {
    return images
        .valueStream()
        .map(image -> image.get("fab").stringValue() + "/" + image.get("camera").stringValue())
        .distinct()
        .sorted()
        .toList();
  }
}
