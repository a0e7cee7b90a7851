package fabwafer.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The portal's views of a filled hub in a real browser. */
class ViewsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int WAFERS = 600;
  private static final String TABS =
      "return [...document.querySelectorAll('nav.tabs a')].map((a) => a.getAttribute('href'))";

  /** What axe-core finds serious or critical: rule, then the first elements that break it. */
  private static final String AXE =
      """
      const done = arguments[0];
      axe.run({ resultTypes: ['violations'] }).then(
        (found) => done(JSON.stringify(found.passes.length < 10 ? ['it checked next to nothing'] : found.violations
          .filter((v) => v.impact === 'serious' || v.impact === 'critical')
          .map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')))),
        (e) => done(JSON.stringify(['axe-core failed: ' + e])),
      );
      """;

  @TempDir private static Path folder;
  private static RunningHub hub;

  @BeforeAll
  static void startFilled() {
    FillPlan plan = new FillPlan(WAFERS, 10, Instant.now().truncatedTo(ChronoUnit.HOURS), 1, 1);
    FilledHub.fill(folder.resolve("hub/data"), plan, stored -> {});
    hub = RunningHub.start(folder.resolve("hub"));
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  @Test
  void axeCore_findsNothingSerious_inAnyView_lightOrDark() throws IOException {
    List<String> found = new ArrayList<>();
    try (Browser browser = Browser.open(hub.address())) {
      String axe = axe();
      browser.run(axe);
      found.addAll(violations(browser, "log-in"));
      browser.logIn("admin", hub.adminPassword());
      browser.find("nav.tabs a");
      List<String> views = new ArrayList<>();
      ((List<?>) browser.run(TABS)).forEach(href -> views.add(String.valueOf(href)));
      views.add("#/wafers?layout=gallery");
      views.add("#/wafers?pattern=Edge-Ring&zones=1");
      assertThat(views).hasSizeGreaterThan(10);
      for (String view : views) {
        browser.show(view);
        browser.settle(PATIENCE);
        for (boolean dark : new boolean[] {false, true}) {
          browser.dark(dark);
          found.addAll(violations(browser, view + (dark ? " dark" : " light")));
        }
      }
      browser.press("?");
      browser.find("dialog");
      found.addAll(violations(browser, "help"));
    }

    assertThat(found).isEmpty();
  }

  @Test
  void gallery_opensAWafer_andComesBackToItsPlace() {
    try (Browser browser = Browser.open(hub.address())) {
      browser.logIn("admin", hub.adminPassword());
      browser.show("#/wafers?layout=gallery");
      browser.find(".gallery-tile canvas");
      assertThat(browser.count(".gallery-tile")).isLessThan(120);
      browser.find(".gallery").sendKeys(Keys.PAGE_DOWN, Keys.PAGE_DOWN, Keys.PAGE_DOWN);
      String chosen = chosen(browser);
      assertThat(Integer.parseInt(chosen)).isGreaterThan(10);

      browser.press("g");
      browser.find(".desk .stage h1");
      browser.press("g");

      browser.find(".gallery-tile[aria-selected=true] canvas");
      assertThat(chosen(browser)).isEqualTo(chosen);
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void aTurnedView_keepsLabelAndNotch_andZonesNameTheFailingEdge() {
    try (Browser browser = Browser.open(hub.address())) {
      browser.logIn("admin", hub.adminPassword());
      browser.show("#/wafers?label=Edge-Ring&zones=1");
      browser.find(".die-map canvas[aria-label*=failing]");
      browser.awaitText(".zones table", "edge");
      browser.awaitText(".zones", "Holm-Bonferroni over 12 zones");
      String name = browser.find(".stage h1").getText();
      String said = browser.find(".verdict .predicted").getText();

      browser.press("t");
      browser.press("m");

      browser.find(".stage button[aria-pressed=true][title^='Mirror']");
      assertThat(browser.find(".stage h1").getText()).isEqualTo(name);
      assertThat(browser.find(".verdict .predicted").getText()).isEqualTo(said);
      assertThat(browser.run("return location.hash").toString()).contains("lie=");
      assertThat(browser.find(".facts a[href*='evidence'][href$='as=pdf']").getText())
          .isEqualTo("PDF");
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void theWall_showsEveryCamera_andAWaferThatArrives() {
    try (Browser browser = Browser.open(hub.address())) {
      browser.logIn("admin", hub.adminPassword());
      browser.show("#/live");
      browser.awaitText(".connection", "Live");
      browser.find(".wall-newest li");
      JsonNode wall = hub.admin().json("/api/v1/live");
      assertThat(browser.count(".wall-tile")).isEqualTo(wall.get("cameras").size());

      JsonNode camera = wall.at("/cameras/0");
      String fab = camera.get("fab").stringValue();
      String name = camera.get("camera").stringValue();
      MosquittoClient.of(hub)
          .publish(
              "fabwafer/%s/%s/prediction/just-now".formatted(fab, name),
              "{\"imgid\":\"just-now\",\"timestamp\":%d,\"fab\":\"%s\",\"camera\":\"%s\",\"prediction\":\"Scratch\",\"probability\":0.99}"
                  .formatted(System.currentTimeMillis(), fab, name));

      browser.find(".wall-newest li:first-child a[title=just-now]");
      assertThat(browser.complaints()).isEmpty();
    }
  }

  private static String chosen(Browser browser) {
    return Objects.requireNonNull(
        browser.find("[role=option][aria-selected=true]").getAttribute("aria-posinset"));
  }

  private static List<String> violations(Browser browser, String where) {
    List<String> found = new ArrayList<>();
    for (JsonNode one : JsonMapper.shared().readTree(browser.runLong(AXE).toString())) {
      found.add(where + ": " + one.stringValue());
    }
    return found;
  }

  private static String axe() throws IOException {
    try (InputStream in = ViewsTest.class.getResourceAsStream("/axe.min.js")) {
      return new String(Objects.requireNonNull(in, "axe.min.js").readAllBytes(), UTF_8);
    }
  }
}
