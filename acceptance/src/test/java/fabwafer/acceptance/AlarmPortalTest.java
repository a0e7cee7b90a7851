package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A night at the Alarms view of the running program, in a real browser. */
class AlarmPortalTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final long TIME = 1_795_428_000_000L;

  @TempDir private static Path folder;
  private static RunningHub hub;
  private static RestClient admin;

  @BeforeAll
  static void start() {
    hub = RunningHub.start(folder.resolve("hub"));
    admin = hub.admin();
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  @Test
  void anEngineer_triesAndEditsARule_seesToAlarms_andHoldsALot() {
    for (int i = 0; i < 4; i++) {
      publish("wafer" + i, TIME + i, "Donut", "L1");
    }
    await().atMost(SOON).until(() -> !admin.items("/api/v1/alarms").isEmpty());
    try (Browser browser = Browser.open(hub.address())) {
      browser.logIn("admin", hub.adminPassword());
      browser.awaitText(".connection", "Live");
      browser.show("#/alarms?tab=rules");
      browser.awaitText(".rules", "Every defect");
      browser.find(".rules .primary").click();
      browser.type(".rule-fields label:nth-child(1) input", "Donut repeats");
      browser.type(".rule-fields label:nth-child(3) input", "2");
      browser.type(".rule-fields label:nth-child(5) input", "Donut");
      browser.find(".rule-fields option[value=shadow]").click();
      browser.find(".rule-actions button[type=button]").click();
      browser.awaitText(".backtest", "This rule over the last 30 days: 1 alarm,");
      browser.type("input[aria-label=Why]", "three in a shift are too many");
      browser.find(".rule-actions button[type=submit]").click();
      browser.awaitText(".alarms", "Donut repeats");

      publish("wafer5", TIME + 5, "Donut", "L2");
      publish("wafer6", TIME + 6, "Donut", "L2");
      await().atMost(SOON).until(() -> admin.items("/api/v1/holds").size() == 1);
      browser.find(".alarm:nth-child(2) .alarm-actions button:last-child").click();
      browser.find(".rule-fields option[value=confirm]").click();
      browser.find(".rule-actions button[type=submit]").click();
      browser.awaitText(".alarms", "hold: confirm");
      browser.find(".alarm:nth-child(2) .alarm-actions button").click();
      browser.awaitText("ol.alarm-history", "three in a shift are too many");
      publish("wafer7", TIME + 7, "Donut", "L3");
      publish("wafer8", TIME + 8, "Donut", "L3");
      await().atMost(SOON).until(() -> holdOf("L3").isPresent());

      browser.show("#/alarms?tab=holds");
      browser.awaitText("table", "lot L3");
      browser.find("tbody tr:first-child .primary").click();
      browser.awaitText("tbody tr:first-child", "held, by admin");
      await().atMost(SOON).until(() -> !holdOf("L3").orElseThrow().get("sentAt").isNull());

      browser.show("#/alarms");
      browser.awaitText(".alarms", "2 of the last 2 wafers, the limit is 2 of 20");
      press(browser, "Acknowledge");
      browser.show("#/alarms?state=acknowledged");
      browser.awaitText(".alarms", "Acknowledged by admin");
      press(browser, "Suppress");
      browser.find("input[aria-label=Reason]").sendKeys("chuck 3 is replaced", Keys.ENTER);
      browser.show("#/alarms?state=suppressed");
      browser.awaitText(".alarms", "chuck 3 is replaced");
      press(browser, "Resolve");
      browser.find("input[aria-label=Comment]").sendKeys("chuck 3", Keys.ENTER);
      browser.show("#/alarms?state=resolved");
      browser.awaitText(".alarms", "Resolved by admin as confirmed");
      press(browser, "History");
      browser.find("input[aria-label='Say something']").sendKeys("it was the chuck", Keys.ENTER);
      browser.awaitText(".alarm-history", "commented by admin: it was the chuck");

      browser.show("#/alarms?tab=ways");
      browser.awaitText("table", "the hub's log");
      browser.find("section .primary").click();
      browser.awaitText("table", "delivered in");
      assertThat(browser.complaints()).isEmpty();
    }
    assertThat(
            admin.items("/api/v1/audit").stream().map(entry -> entry.get("action").stringValue()))
        .contains(
            "rule.added",
            "rule.changed",
            "hold.confirmed",
            "alarm.acknowledged",
            "alarm.suppressed",
            "alarm.resolved",
            "alarm.commented",
            "alarm.ways-tested");
  }

  private static void press(Browser browser, String button) {
    browser.button(".alarm:first-child", button).click();
  }

  private static Optional<JsonNode> holdOf(String lot) {
    return admin.items("/api/v1/holds").stream()
        .filter(hold -> hold.get("lot").stringValue().equals(lot))
        .filter(hold -> !hold.get("state").stringValue().equals("shadow"))
        .findFirst();
  }

  private static void publish(String imgid, long timestamp, String label, String lot) {
    String json =
        JsonMapper.shared()
            .writeValueAsString(
                Map.of(
                    "imgid", imgid,
                    "timestamp", timestamp,
                    "fab", "faba",
                    "camera", "camera1",
                    "prediction", label,
                    "probability", 0.9,
                    "lot", lot));
    try {
      Path file = Files.writeString(Files.createTempFile(folder, "message", ".json"), json);
      MosquittoClient.of(hub).publish("fabwafer/faba/camera1/prediction/" + imgid, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
