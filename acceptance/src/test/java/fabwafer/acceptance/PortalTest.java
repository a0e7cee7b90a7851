package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The portal of the running program in a real browser. */
class PortalTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final long TIME = 1_554_134_552_946L;

  @TempDir private static Path folder;
  private static RunningHub hub;
  private static RestClient admin;

  @BeforeAll
  static void startWithTwoWafers() throws IOException {
    hub = RunningHub.start(folder.resolve("hub"));
    admin = hub.admin();
    publishWafer("wafer1", TIME, "Donut", 0.9);
    publishWafer("wafer2", TIME + 1000, "none", 0.8);
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  @Test
  void wrongPassword_isTold_andNoWaferIsShown() {
    try (Browser browser = Browser.open(hub.address())) {
      browser.logIn("admin", "not the password");

      assertThat(browser.awaitText(".login [role=alert]", "password")).isNotBlank();
      assertThat(browser.text()).doesNotContain("wafer1", "wafer2");
      assertThat(browser.count("canvas")).isZero();
    }
  }

  @Test
  void wafer_isOverriddenByKey_savedAndUndone() {
    try (Browser browser = Browser.open(hub.address())) {
      browser.logIn("admin", hub.adminPassword());
      browser.show("#/wafers?label=Donut");
      browser.awaitText(".stage h1", "wafer1");
      browser.find(".die-map canvas[aria-label*=failing]");
      browser.awaitText(".save-state", "Not reviewed");

      browser.press("4");

      browser.awaitText(".save-state", "Saved: Edge-Ring by admin");
      assertThat(groundTruth("wafer1").get("ground_truth").stringValue()).isEqualTo("Edge-Ring");

      browser.press("c");
      browser.find(".comment-box textarea").sendKeys("ring 1 is closed", Keys.ENTER);
      browser.awaitText(".history", "ring 1 is closed");

      browser.press("2");
      browser.awaitText(".save-state", "Saved: Donut");
      browser.press("u");
      browser.awaitText(".save-state", "Saved: Edge-Ring");
      assertThat(groundTruth("wafer1").get("comment").stringValue()).isEqualTo("undo of Donut");
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void newWafer_appearsByItself_andIsStepped() throws IOException {
    try (Browser browser = Browser.open(hub.address())) {
      browser.logIn("admin", hub.adminPassword());
      browser.show("#/wafers?fab=faba&camera=camera1");
      browser.awaitText(".stage h1", "wafer2");
      browser.awaitText(".connection", "Live");

      publishWafer("wafer3", TIME + 2000, "Scratch", 0.7);

      browser.awaitText(".strip", "wafer3");
      browser.awaitText(".stage h1", "wafer2");
      browser.press("k");
      browser.awaitText(".stage h1", "wafer3");
      browser.press(Keys.ARROW_RIGHT);
      browser.press("j");
      browser.awaitText(".stage h1", "wafer1");
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void wafer_tellsWhyItShouldBeReviewed_andWhichDiesDroveTheAnswer() throws IOException {
    // Older than the others, whose tests look at the newest.
    publishWafer(
        "wafer0",
        TIME - 1000,
        "Center",
        0.61,
        Map.of(
            "patterns", List.of("Center", "Scratch"),
            "patternProbabilities", Map.of("Center", 0.93, "Scratch", 0.71),
            "conformalSet", List.of("Center", "Loc"),
            "novelty", 0.995,
            "decision", "review",
            "reasons", List.of("confidence 0.610 below 0.900")));
    try (Browser browser = Browser.open(hub.address())) {
      browser.logIn("admin", hub.adminPassword());
      browser.show("#/wafers?decision=review&pattern=Scratch");
      browser.awaitText(".stage h1", "wafer0");
      browser.find(".strip .review-mark");
      browser.find(".strip .others[aria-label='with Scratch']");
      browser.awaitText(".decision.review", "A person should look: confidence 0.610 below 0.900.");
      assertThat(browser.awaitText(".assessment", "Scratch"))
          .contains("71.0 %", "Center, Loc", "unlike 99.5 % of known wafers");
      browser.find(".die-map canvas[aria-label*=failing]");

      browser.press("w");

      browser.find(".die-map canvas[aria-label*='coloured by what speaks for Center']");
      browser.awaitText(".why-words", "Center");
      browser.find(".why-labels button:nth-child(2)").click();
      browser.find(".die-map canvas[aria-label*='coloured by what speaks for Scratch']");
      browser.press("w");
      browser.find(".die-map canvas:not([aria-label*=coloured])");
      assertThat(browser.count(".why")).isZero();
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void everyView_opensWithoutAComplaint() {
    publish("prediction/odd", "{\"imgid\": \"<b>odd</b>\"}");
    await().atMost(SOON).until(() -> !admin.items("/api/v1/quarantine").isEmpty());
    try (Browser browser = Browser.open(hub.address())) {
      browser.logIn("admin", hub.adminPassword());
      browser.awaitText(".connection", "Live");
      browser.show("#/trend");
      browser.awaitText(".figures", "Defect rate");
      browser.show("#/alarms");
      browser.awaitText(".alarms", "Donut");
      browser.show("#/quarantine");
      browser.awaitText(".message pre", "<b>odd</b>");
      browser.show("#/devices");
      browser.awaitText(".tile", "camera1");
      browser.show("#/people");
      browser.awaitText("table", "admin");
      browser.press("?");
      browser.awaitText("dialog", "Edge-Ring");
      assertThat(browser.complaints()).isEmpty();
    }
  }

  private static JsonNode groundTruth(String imgid) {
    return admin
        .json("/api/v1/images/faba/camera1/%s?timestamp=%d".formatted(imgid, TIME))
        .get("groundTruth");
  }

  /** A wafer's image and prediction, stored when this returns. */
  private static void publishWafer(String imgid, long timestamp, String label, double probability)
      throws IOException {
    publishWafer(imgid, timestamp, label, probability, Map.of());
  }

  private static void publishWafer(
      String imgid, long timestamp, String label, double probability, Map<String, Object> more)
      throws IOException {
    byte[] image = Files.readAllBytes(Samples.all().getFirst());
    Map<String, Object> common =
        Map.of("imgid", imgid, "timestamp", timestamp, "fab", "faba", "camera", "camera1");
    publish(
        "img/" + imgid, json(common, Map.of("bytes", Base64.getEncoder().encodeToString(image))));
    Map<String, Object> prediction = new HashMap<>(more);
    prediction.put("prediction", label);
    prediction.put("probability", probability);
    publish("prediction/" + imgid, json(common, prediction));
    await()
        .atMost(SOON)
        .until(
            () ->
                admin.items("/api/v1/images?fab=faba").stream()
                    .anyMatch(
                        wafer ->
                            wafer.get("imgid").stringValue().equals(imgid)
                                && !wafer.get("imageUrl").isNull()));
  }

  private static String json(Map<String, Object> common, Map<String, Object> more) {
    Map<String, Object> all = new HashMap<>(common);
    all.putAll(more);
    return JsonMapper.shared().writeValueAsString(all);
  }

  private static void publish(String topic, String payload) {
    try {
      Path file = Files.writeString(Files.createTempFile(folder, "message", ".json"), payload);
      MosquittoClient.of(hub).publish("fabwafer/faba/camera1/" + topic, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
