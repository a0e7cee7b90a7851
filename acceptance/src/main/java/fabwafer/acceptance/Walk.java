package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fabwafer.acceptance.FillPlan.Excursion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.openqa.selenium.Keys;

/**
 * An engineer's way through every view of a filled hub, in a real browser: where the portal does
 * not show what it must, it fails and says where; else it tells how long each step took.
 */
public final class Walk {
  private static final System.Logger LOG = System.getLogger(Walk.class.getName());
  private static final int REVIEWED = 50;
  private static final int STRANGE = 8;

  private static final String TABS =
      "return [...document.querySelectorAll('nav.tabs a')].map((a) => a.getAttribute('href'))";

  /** What the page says of the die that is pointed at, once it was painted. */
  private static final String TIP =
      "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() =>"
          + " done(document.querySelector('.die-tip')?.textContent ?? '')));";

  private static final String STAGE = "return document.querySelector('.stage h1')?.textContent";

  private static final int ROUNDING = 4;

  private final RunningHub hub;
  private final FillPlan plan;
  private final AnalyticsWalk analytics;
  private final Duration patience;
  private final RestClient admin;
  private final Browser browser;
  private final List<Step> steps = new ArrayList<>();

  private Walk(RunningHub hub, FillPlan plan, Path downloads, Duration patience, Browser browser) {
    this.hub = hub;
    this.plan = plan;
    this.analytics = new AnalyticsWalk(browser, plan, downloads);
    this.patience = patience;
    this.admin = hub.admin();
    this.browser = browser;
  }

  /** What was done, and how long that took. */
  public record Step(String what, Duration took) {}

  /**
   * Walks.
   *
   * @param hub over a data folder that {@code plan} filled
   * @param downloads where the browser may put files
   * @param patience how long the hub may take to look at all wafers with its model
   */
  public static List<Step> of(RunningHub hub, FillPlan plan, Path downloads, Duration patience) {
    try (Browser browser = Browser.open(hub.address())) {
      browser.downloadsTo(downloads);
      browser.logIn("admin", hub.adminPassword());
      browser.awaitText(".connection", "Live");
      Walk walk = new Walk(hub, plan, downloads, patience, browser);
      walk.all();
      assertThat(browser.complaints()).isEmpty();
      return walk.steps;
    }
  }

  private void all() {
    for (int i = 0; i < STRANGE; i++) {
      upload("cross" + i, i);
    }
    for (Excursion excursion : plan.excursions()) {
      step("found: " + excursion, () -> analytics.find(excursion));
    }
    step("charts, tables and files of Analytics", analytics::analyse);
    step("alarm acknowledged and resolved", this::handleAlarm);
    step("rule backtested over 30 days", this::backtest);
    step("wafer turned and mirrored", this::turnAndMirror);
    step("evidence card made twice", this::makeEvidence);
    step("view sent to a second browser", this::sendToColleague);
    step("the hub's model has looked at all wafers", this::awaitModel);
    // Before the review: what is labelled there is no longer waiting for a name.
    step("new pattern named, the next wafer matched", this::namePattern);
    step(REVIEWED + " wafers reviewed by keyboard", this::review);
    visitAll();
  }

  private void step(String what, Runnable work) {
    long began = System.nanoTime();
    try {
      work.run();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("in the step '" + what + "': " + e.getMessage(), e);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    steps.add(new Step(what, took));
    LOG.log(System.Logger.Level.INFO, "{0} ms: {1}", took.toMillis(), what);
  }

  /** Every view opens; where it has keys, {@code ?} tells them. */
  private void visitAll() {
    List<String> views = new ArrayList<>();
    ((List<?>) browser.run(TABS)).forEach(href -> views.add(String.valueOf(href)));
    views.add("#/wafers?layout=gallery");
    for (String chart : List.of("pareto", "stack", "lots", "compare", "calendar")) {
      views.add("#/analytics?range=30d&chart=" + chart);
    }
    assertThat(views).hasSizeGreaterThan(12);
    for (String view : views) {
      // By way of another view: what is measured is the whole view.
      browser.answerMillis("#/upload".equals(view) ? "#/tokens" : "#/upload");
      double millis = browser.answerMillis(view);
      steps.add(new Step("answered: " + view, Duration.ofNanos((long) (millis * 1e6))));
      step("keys told: " + view, this::tellKeys);
    }
  }

  private void tellKeys() {
    browser.press("?");
    browser.awaitText("dialog .help", "this help");
    browser.press(Keys.ESCAPE);
    await().until(() -> browser.count("dialog") == 0);
  }

  private void handleAlarm() {
    MosquittoClient.of(hub)
        .publish(
            "fabwafer/faba/camera3/prediction/walk-alarm",
            "{\"imgid\":\"walk-alarm\",\"timestamp\":%d,\"fab\":\"faba\",\"camera\":\"camera3\",\"prediction\":\"Near-full\",\"probability\":0.99}"
                .formatted(System.currentTimeMillis()));
    browser.show("#/alarms");
    String alarm = ".alarm:has(a[href*='walk-alarm'])";
    browser.clickButton(alarm, "Acknowledge");
    browser.show("#/alarms?state=acknowledged");
    browser.awaitText(alarm, "Acknowledged by admin");
    browser.clickButton(alarm, "Resolve");
    browser.find("input[aria-label=Comment]").sendKeys("a wafer upside down", Keys.ENTER);
    browser.show("#/alarms?state=resolved");
    browser.awaitText(alarm, "Resolved by admin as confirmed");
    browser.awaitText(alarm, "a wafer upside down");
  }

  private void backtest() {
    browser.show("#/alarms?tab=rules");
    browser.click(".rules .primary");
    browser.type(".rule-fields label:nth-child(1) input", "Scratch repeats");
    browser.type(".rule-fields label:nth-child(5) input", "Scratch");
    browser.clickButton(".rule-actions", "Backtest");
    browser.awaitText(".backtest", "This rule over the last 30 days:");
  }

  /** A die keeps its x and y, the wafer its label, however the view lies. */
  private void turnAndMirror() {
    Excursion ring = plan.excursions().get(1);
    browser.show(
        "#/wafers?label=Edge-Ring&product=P-52&from=%s&to=%s".formatted(ring.from(), ring.to()));
    browser.find(".die-map canvas[aria-label*='failing']");
    String said = browser.find(".verdict .predicted").getText();
    String canvas = ".die-map canvas";
    String die = browser.hoverFor(canvas, 90, 40, ".die-tip");
    assertThat(die).startsWith("x ");
    browser.press("t");
    browser.awaitText(".stage header", "90°");
    assertThat(diesNear(canvas, -40, 90)).contains(die);
    browser.press("m");
    browser.find(".stage button[aria-pressed=true][title^='Mirror']");
    assertThat(diesNear(canvas, 40, 90)).contains(die);
    assertThat(browser.find(".verdict .predicted").getText()).isEqualTo(said);
  }

  /** What the page says of the dies at a place, give or take the pixels by which it rounds. */
  private Set<String> diesNear(String canvas, int right, int down) {
    Set<String> said = new HashSet<>();
    for (int x = -ROUNDING; x <= ROUNDING; x += ROUNDING) {
      for (int y = -ROUNDING; y <= ROUNDING; y += ROUNDING) {
        browser.hover(canvas, right + x, down + y);
        said.add(browser.runLong(TIP).toString());
      }
    }
    return said;
  }

  private void makeEvidence() {
    String path =
        Objects.requireNonNull(
            browser.find(".facts a[href*='evidence'][href$='as=pdf']").getDomAttribute("href"));
    String fetched =
        "const [path, done] = arguments; fetch(path).then((r) => r.arrayBuffer()).then((b) =>"
            + " done(btoa([...new Uint8Array(b)].map((c) => String.fromCharCode(c)).join(''))))";
    String first = browser.runLong(fetched, path).toString();
    byte[] pdf = Base64.getDecoder().decode(first);
    assertThat(pdf).startsWith('%', 'P', 'D', 'F').hasSizeGreaterThan(8_000);
    assertThat(browser.runLong(fetched, path).toString()).isEqualTo(first);
  }

  private void sendToColleague() {
    Excursion scratch = plan.excursions().getFirst();
    browser.show(
        "#/wafers?fab=faba&camera=camera2&label=Scratch&zones=1&from=%s&to=%s"
            .formatted(scratch.from(), scratch.to()));
    browser.find(".zones table");
    String first = browser.find(".stage h1").getText();
    browser.press("j");
    await().atMost(Program.PATIENCE).until(() -> !first.equals(browser.run(STAGE)));
    String wafer = browser.run(STAGE).toString();
    assertThat(browser.run("return decodeURIComponent(location.hash)").toString()).contains(wafer);
    try (Browser other = Browser.open(hub.address())) {
      other.logIn("admin", hub.adminPassword());
      other.find("nav.tabs a");
      other.show(browser.run("return location.hash").toString());
      other.awaitText(".stage h1", wafer);
      other.find(".zones table");
      assertThat(other.find("select[aria-label=Prediction]").getDomProperty("value"))
          .isEqualTo("Scratch");
      assertThat(other.find("select[aria-label=Fab]").getDomProperty("value")).isEqualTo("faba");
    }
  }

  /** The last uploaded wafers are the last that the hub's model looks at. */
  private void awaitModel() {
    await()
        .atMost(patience)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> StrangeWafer.isGrouped(admin, "cross", STRANGE - 1));
  }

  private void review() {
    browser.show("#/review");
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < REVIEWED; i++) {
      String wafer = nextWafer(seen);
      seen.add(wafer);
      browser.press(i % 5 == 4 ? String.valueOf(1 + i % 8) : Keys.ENTER.toString());
    }
    await()
        .atMost(Program.PATIENCE)
        .until(
            () ->
                admin
                    .json("/api/v1/review/statistics")
                    .get("reviewers")
                    .valueStream()
                    .filter(each -> each.get("reviewer").stringValue().equals("admin"))
                    .anyMatch(each -> each.get("opinions").intValue() >= REVIEWED));
  }

  private String nextWafer(Set<String> seen) {
    await()
        .atMost(Program.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .pollDelay(Duration.ZERO)
        .ignoreExceptions()
        .until(() -> !seen.contains(browser.find(".review .stage h1").getText()));
    browser.find(".review .die-map canvas, .review .as-received img");
    return browser.find(".review .stage h1").getText();
  }

  private void namePattern() {
    browser.show("#/patterns");
    String cluster = ".cluster:has(button[aria-label^='cross'])";
    browser.type(cluster + " input", "Cross");
    browser.click(cluster + " button[type=submit]");
    browser.awaitText(".named-patterns", "Cross");
    upload("later", 99);
    browser.show("#/wafers");
    browser.awaitText(".provisional", "provisional: Cross");
  }

  private void upload(String name, int seed) {
    RestClient.Answer answer =
        admin.postBytes(
            "/api/v1/wafers?fab=fabc&camera=camera1&name=" + name + ".png",
            "application/octet-stream",
            StrangeWafer.cross(seed));
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
  }

  /** The steps as a Markdown table. */
  public static String table(List<Step> steps) {
    StringBuilder table = new StringBuilder("| step | took |\n| --- | ---: |\n");
    for (Step step : steps) {
      double millis = step.took().toNanos() / 1e6;
      table.append(
          millis < 1_000
              ? "| %s | %.0f ms |%n".formatted(step.what(), millis)
              : "| %s | %.1f s |%n".formatted(step.what(), millis / 1_000));
    }
    return table.toString();
  }
}
