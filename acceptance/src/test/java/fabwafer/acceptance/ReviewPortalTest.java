package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import tools.jackson.databind.JsonNode;

/** A reviewer's morning in a real browser: wafers by keyboard, then a new pattern. */
class ReviewPortalTest {
  private static final Duration LONG = Duration.ofSeconds(90);
  private static final int WAFERS = 26;

  @TempDir private static Path folder;
  private static RunningHub hub;
  private static RestClient admin;

  @BeforeAll
  static void startWithSamples() throws IOException {
    // Every wafer is in the queue, in an order drawn by chance.
    hub =
        RunningHub.start(
            folder.resolve("hub"),
            "review-sample-one-in=1",
            "review-random-percent=100",
            "review-second-percent=0",
            "review-known-percent=0");
    admin = hub.admin();
    List<Path> samples = Samples.all();
    for (int i = 0; i < WAFERS; i++) {
      upload("sample" + i, Files.readAllBytes(samples.get(i * samples.size() / WAFERS)));
    }
    awaitFollowed(WAFERS);
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static void upload(String name, byte[] png) {
    RestClient.Answer answer =
        admin.postBytes(
            "/api/v1/wafers?fab=faba&camera=camera1&name=" + name + ".png",
            "application/octet-stream",
            png);
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
  }

  /** Waits until so many wafers are in the review queue. */
  private static void awaitFollowed(int wafers) {
    await()
        .atMost(LONG)
        .until(
            () -> {
              int entered = 0;
              for (JsonNode stage : admin.json("/api/v1/review/statistics").get("stages")) {
                entered += stage.intValue();
              }
              return entered >= wafers;
            });
  }

  @Test
  void twentyWafers_areReviewedByKeyboard_thenANewPatternIsNamed_andMatchedAtOnce() {
    try (Browser browser = Browser.open(hub.address())) {
      browser.logIn("admin", hub.adminPassword());
      browser.show("#/review");
      Set<String> seen = new HashSet<>();
      List<Integer> shownMillis = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String wafer = nextWafer(browser, seen);
        if (i > 0) {
          shownMillis.add(
              Integer.valueOf(
                  browser.find("[data-shown-millis]").getDomAttribute("data-shown-millis")));
        }
        seen.add(wafer);
        switch (i) {
          case 3 -> browser.press("0");
          case 5 -> {
            browser.press("m");
            browser.press("8");
            browser.press("1");
            browser.awaitText(".review-keys", "Center+Scratch");
            browser.press(Keys.ENTER);
          }
          case 7 -> browser.press("9");
          default -> browser.press(i % 2 == 0 ? Keys.ENTER.toString() : String.valueOf(1 + i % 8));
        }
      }
      String next = nextWafer(browser, seen);
      browser.press("s");
      seen.add(next);
      nextWafer(browser, seen);
      browser.press("u");
      browser.awaitText(".stage h1", next);

      await().atMost(LONG).until(() -> admin.items("/api/v1/groundtruth").size() == 20);
      browser.press("u");
      await().atMost(LONG).until(() -> stage("one") == 19);
      browser.press("3");
      await().atMost(LONG).until(() -> stage("one") == 20);
      List<String> labels =
          admin.items("/api/v1/groundtruth").stream()
              .map(truth -> truth.get("ground_truth").stringValue())
              .toList();
      assertThat(labels).contains("Center+Scratch", "unknown", "none", "Edge-Loc");
      assertThat(median(shownMillis)).as("%s", shownMillis).isLessThan(200);
      System.getLogger("measured")
          .log(System.Logger.Level.INFO, "next wafer shown after {0} ms", shownMillis);
      browser.press("l");
      browser.awaitText(".lookalikes h1", "lookalikes");
      browser.press("l");
      browser.find(".die-map canvas");
      browser.awaitText(".review-side", "admin");

      for (int i = 0; i < 8; i++) {
        upload("cross" + i, StrangeWafer.cross(i));
      }
      awaitFollowed(WAFERS + 8);
      browser.show("#/patterns");
      browser.awaitText(".cluster h3", "8 wafers");
      browser.type(".cluster input", "Cross");
      browser.find(".cluster button[type=submit]").click();
      browser.awaitText(".named-patterns", "8 named");
      upload("later", StrangeWafer.cross(99));
      browser.show("#/wafers");
      browser.awaitText(".provisional", "provisional: Cross");
      assertThat(browser.complaints()).isEmpty();
    }
    assertThat(admin.items("/api/v1/audit?action=pattern").getFirst().get("action").stringValue())
        .isEqualTo("pattern.named");
  }

  /** The wafer under review, as soon as it is one that was not seen before. */
  private static String nextWafer(Browser browser, Set<String> seen) {
    browser.find(".review .die-map canvas");
    await()
        .atMost(LONG)
        .ignoreExceptions()
        .until(() -> !seen.contains(browser.find(".stage h1").getText()));
    return browser.find(".stage h1").getText();
  }

  private static int stage(String name) {
    return admin.json("/api/v1/review/statistics").at("/stages/" + name).intValue();
  }

  private static int median(List<Integer> numbers) {
    return numbers.stream().sorted().toList().get(numbers.size() / 2);
  }
}
