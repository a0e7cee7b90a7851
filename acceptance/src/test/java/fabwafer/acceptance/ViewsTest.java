package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

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

/** The portal's views of a filled hub in a real browser. */
class ViewsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int WAFERS = 600;
  private static final String TABS =
      "return [...document.querySelectorAll('nav.tabs a')].map((a) => a.getAttribute('href'))";

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
  void axeCore_findsNothingSerious_inAnyView_lightOrDark() {
    List<String> found = new ArrayList<>();
    try (Browser browser = Browser.open(hub.address())) {
      Axe.load(browser);
      found.addAll(Axe.violations(browser, "log-in"));
      browser.logIn("admin", hub.adminPassword());
      browser.find("nav.tabs a");
      List<String> views = new ArrayList<>();
      ((List<?>) browser.run(TABS)).forEach(href -> views.add(String.valueOf(href)));
      views.add("#/wafers?layout=gallery");
      views.add("#/wafers?pattern=Edge-Ring&zones=1");
      views.add("#/models?tab=pipeline");
      views.add("#/models?tab=deliveries");
      views.add("#/models?tab=watch");
      for (String part : List.of("gate", "card", "vectors", "history")) {
        views.add("#/models?model=champion&part=" + part);
      }
      assertThat(views).hasSizeGreaterThan(10);
      for (String view : views) {
        browser.show(view);
        browser.settle(PATIENCE);
        found.addAll(Axe.inBothThemes(browser, view));
      }
      browser.press("?");
      browser.find("dialog");
      found.addAll(Axe.violations(browser, "help"));
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
}
