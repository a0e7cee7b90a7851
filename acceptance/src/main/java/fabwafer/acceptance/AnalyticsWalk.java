package fabwafer.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fabwafer.acceptance.FillPlan.Excursion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The part of a {@link Walk} that asks the charts: what is wrong, since when, where on the wafer.
 */
final class AnalyticsWalk {
  /** How many of the tiles that exist are of a pattern. */
  private static final String TILES_OF =
      "return [...document.querySelectorAll('.gallery-tile .pattern-name')]"
          + ".filter((name) => name.textContent.trim() === arguments[0]).length";

  /** What differs by more than chance. */
  private static final String REAL =
      "return [...document.querySelectorAll('.differences .real .name')].map((n) =>"
          + " n.textContent).join()";

  private final Browser browser;
  private final FillPlan plan;
  private final Path downloads;

  AnalyticsWalk(Browser browser, FillPlan plan, Path downloads) {
    this.browser = browser;
    this.plan = plan;
    this.downloads = downloads;
  }

  /** Control chart → a day that breaks a rule → its gallery → its stacked map and patterns. */
  void find(Excursion excursion) {
    String place =
        excursion
                .device()
                .map(name -> "&fab=%s&camera=%s".formatted(name.fab(), name.camera()))
                .orElse("")
            + excursion.product().map(name -> "&product=" + name).orElse("");
    String pattern = excursion.pattern().label();
    if (excursion.grows()) {
      compare(excursion, place);
    } else {
      followMark(excursion, place);
    }
    browser.find(".gallery-tile");
    await()
        .atMost(Program.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(((Number) browser.run(TILES_OF, pattern)).intValue())
                    .as("tiles with %s", pattern)
                    .isGreaterThanOrEqualTo(3));
    browser.click(".filter a[href*='chart=stack']");
    browser.find(".stack-canvas");
    browser.awaitText(".analytics-panel", "wafers of");
    browser.clickButton(".view-analytics .segments", "Patterns");
    browser.awaitText(".pareto", pattern);
    assertThat(browser.run("return document.querySelector('.pareto .name').textContent"))
        .as("the most frequent pattern")
        .isEqualTo(pattern);
  }

  /** A drift is too slow for a day's limits: what is new against the time before shows it. */
  private void compare(Excursion excursion, String place) {
    String times = "&from=%s&to=%s".formatted(excursion.from(), excursion.to());
    browser.show("#/analytics?chart=compare" + times + place);
    await()
        .atMost(Program.PATIENCE)
        .until(() -> browser.run(REAL).toString().contains(excursion.pattern().label()));
    browser.show("#/analytics?chart=pareto" + times + place);
    browser.click(".pareto a[href*='label=%s']".formatted(excursion.pattern().label()));
  }

  private void followMark(Excursion excursion, String place) {
    freeze("#/analytics?from=%s&to=%s".formatted(plan.start(), quietEnd(excursion)) + place);

    browser.show("#/analytics?from=%s&to=%s".formatted(plan.start(), plan.until()) + place);
    browser.awaitText(".chart-choices", "version");
    // The chart of before stands until that of these times is here.
    await()
        .atMost(Program.PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              browser.click("a.mark[href='%s']".formatted(dayWithin(excursion)));
              return true;
            });
  }

  /** When the first thing happened that is seen where an excursion was. */
  private Instant quietEnd(Excursion excursion) {
    return plan.excursions().stream()
        .filter(one -> one.device().isEmpty() || one.device().equals(excursion.device()))
        .map(Excursion::from)
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  private void freeze(String view) {
    browser.show(view);
    browser.clickButton(".chart-choices", "Freeze limits of this time…");
    browser.type(".freeze input", "before anything happened");
    browser.click(".freeze .primary");
    browser.awaitText(".chart-choices", "before anything happened");
  }

  /** The last marked day within the excursion. */
  private String dayWithin(Excursion excursion) {
    String found = "";
    List<String> marked = new ArrayList<>();
    for (Object each :
        (List<?>)
            browser.run(
                "return [...document.querySelectorAll('a.mark')].map((a) =>"
                    + " [a.getAttribute('href'), new"
                    + " URLSearchParams(a.getAttribute('href').split('?')[1]).get('from')])")) {
      List<?> mark = (List<?>) each;
      Instant from = Instant.parse(String.valueOf(mark.get(1)));
      marked.add(from.toString());
      boolean within =
          from.plus(Duration.ofHours(12)).isAfter(excursion.from())
              && from.plus(Duration.ofHours(6)).isBefore(excursion.to());
      found = within ? String.valueOf(mark.get(0)) : found;
    }
    assertThat(found).as("a marked day of %s among %s", excursion, marked).isNotEmpty();
    return found;
  }

  /** Every chart with its table, and what it is saved as. */
  void analyse() {
    String all = "#/analytics?from=%s&to=%s".formatted(plan.start(), plan.until());
    browser.show(all);
    browser.awaitText(".analytics-panel", "p-chart");
    browser.click(".chart-table summary");
    browser.awaitText(".chart-table table", "EWMA limit");
    browser.clickButton(".analytics-panel", "Save CSV");
    assertThat(downloaded("control-chart-defects.csv"))
        .as("head and a row a day")
        .satisfies(
            csv -> assertThat(new String(csv, UTF_8).lines()).hasSizeGreaterThan(plan.days() / 2));
    browser.clickButton(".analytics-panel", "Save PNG");
    assertThat(downloaded("control-chart-defects.png")).hasSizeGreaterThan(5_000);
    browser.show(all + "&chart=stack&product=P-52");
    browser.awaitText(".analytics-panel", "52 × 52 dies");
    browser.clickButton(".analytics-panel", "Save PNG");
    assertThat(downloaded("stacked-map.png")).hasSizeGreaterThan(1_000);
    browser.show(all + "&chart=lots");
    browser.awaitText(".lot-card", "yield");
    Excursion ring = plan.excursions().get(1);
    browser.show(
        "#/analytics?chart=compare&product=P-52&from=%s&to=%s".formatted(ring.from(), ring.to()));
    await()
        .atMost(Program.PATIENCE)
        .until(() -> browser.run(REAL).toString().contains("Edge-Ring"));
    browser.show(all + "&chart=calendar");
    browser.awaitText(".calendar", "Mon");
    browser.click(".calendar .day rect");
    await().until(() -> browser.run("return location.hash").toString().contains("from="));
  }

  private byte[] downloaded(String name) {
    Path file = downloads.resolve(name);
    await().atMost(Program.PATIENCE).until(() -> Files.exists(file) && Files.size(file) > 0);
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
