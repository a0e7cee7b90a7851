package fabwafer.bench;

import fabwafer.acceptance.Browser;
import fabwafer.acceptance.ModelLife;
import fabwafer.acceptance.RunningHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.openqa.selenium.Keys;

/**
 * Takes a picture of every view of the portal, light and dark, wide and as on a tablet: a contact
 * sheet a view. The hub runs on a copy of {@code --data}, which stays as it is.
 */
public final class Pictures {
  private static final int[] WIDTHS = {1440, 1024};
  private static final int HEIGHT = 900;
  private static final int REVIEWED = 24;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Canvases paint after their data came. */
  private static final String NEXT_FRAMES =
      "const done = arguments[0]; setTimeout(() => requestAnimationFrame(() => done(1)), 400);";

  private static final String TABS =
      "return [...document.querySelectorAll('nav.tabs a')].map((a) => a.getAttribute('href'))";

  private Pictures() {}

  /** Takes them. */
  public static void main(String[] arguments) throws IOException, SQLException {
    Flags flags =
        Flags.read(arguments, Map.of("data", "", "out", "docs/images", "full", "", "only", ""));
    if (flags.text("data").isEmpty()) {
      throw new IllegalArgumentException("pictures needs --data FOLDER, as bench/run fill made it");
    }
    Path out = Files.createDirectories(Path.of(flags.text("out")));
    Path folder = Files.createTempDirectory("pictures");
    try {
      copy(Path.of(flags.text("data")), folder.resolve("data"));
      try (RunningHub hub = RunningHub.start(folder)) {
        Morning.of(hub);
        String candidate = ModelLife.lead(hub);
        take(hub, candidate, out, flags);
      }
    } finally {
      remove(folder);
    }
  }

  private static void take(RunningHub hub, String candidate, Path out, Flags flags)
      throws IOException {
    String only = flags.text("only");
    try (Browser browser = Browser.open(hub.address())) {
      browser.size(WIDTHS[0], HEIGHT);
      browser.logIn("admin", hub.adminPassword());
      browser.find("nav.tabs a");
      Map<String, String> views = views(browser, candidate);
      if (!only.isEmpty()) {
        views.keySet().retainAll(List.of(only.split(",")));
      }
      // Before the review: what is labelled there no longer waits for a name.
      String patterns = views.remove("patterns");
      if (patterns != null) {
        sheet(browser, "patterns", patterns, out, flags);
      }
      review(browser);
      for (Map.Entry<String, String> view : views.entrySet()) {
        sheet(browser, view.getKey(), view.getValue(), out, flags);
      }
    }
  }

  private static void sheet(Browser browser, String view, String hash, Path out, Flags flags)
      throws IOException {
    String full = flags.text("full");
    ContactSheet sheet = new ContactSheet();
    for (int width : WIDTHS) {
      for (boolean dark : new boolean[] {false, true}) {
        browser.size(width, HEIGHT);
        browser.dark(dark);
        byte[] picture = picture(browser, hash);
        sheet.add(picture);
        if (!full.isEmpty()) {
          String name = "%s-%d-%s.png".formatted(view, width, dark ? "dark" : "light");
          Files.write(Files.createDirectories(Path.of(full)).resolve(name), picture);
        }
      }
    }
    int bytes = sheet.write(out.resolve("view-" + view + ".png"));
    System.out.printf("%-14s %,9d bytes%n", view, bytes);
  }

  private static byte[] picture(Browser browser, String hash) {
    // By way of another view: what one of these was left with is not the next one's.
    browser.show("#/upload");
    browser.show(hash);
    if (!browser.settle(PATIENCE)) {
      System.err.println("pictures: something still loads in " + hash);
    }
    if (hash.endsWith("tab=rules")) {
      backtest(browser);
    }
    browser.runLong(NEXT_FRAMES);
    return browser.picture();
  }

  /** A rule as somebody thinks about it. */
  private static void backtest(Browser browser) {
    browser.find(".rules .primary").click();
    browser.type(".rule-fields label:nth-child(1) input", "Edge rings repeat");
    browser.type(".rule-fields label:nth-child(3) input", "5");
    browser.type(".rule-fields label:nth-child(5) input", "Edge-Ring");
    browser.find(".rule-actions option[value='90']").click();
    browser.button(".rule-actions", "Backtest").click();
    browser.awaitText(".backtest", "This rule over the last");
  }

  /** Some labels, so that the review has figures to show. */
  private static void review(Browser browser) {
    browser.show("#/review");
    for (int i = 0; i < REVIEWED; i++) {
      browser.find(".review .die-map canvas");
      browser.press(i % 6 == 5 ? "4" : Keys.ENTER.toString());
    }
  }

  /** Name → address: every view that the bar has, and some of their states. */
  private static Map<String, String> views(Browser browser, String candidate) {
    Map<String, String> views = new LinkedHashMap<>();
    for (Object href : (List<?>) browser.run(TABS)) {
      views.put(String.valueOf(href).replaceFirst("#/", ""), String.valueOf(href));
    }
    views.put("wafers", "#/wafers?pattern=Edge-Ring");
    views.put("gallery", "#/wafers?layout=gallery");
    views.put("model", "#/models?model=" + candidate);
    views.put("shadow", "#/models?part=shadow&model=" + candidate);
    views.put("comparison", "#/models?part=compare&model=" + candidate);
    views.put("pipeline", "#/models?tab=pipeline");
    views.put("deliveries", "#/models?tab=deliveries");
    views.put("watch", "#/models?tab=watch");
    views.put("zones", "#/wafers?pattern=Edge-Ring&zones=1&edge=0.02");
    views.put("analytics", "#/analytics?range=90d");
    for (String chart : List.of("pareto", "stack", "lots", "calendar")) {
      views.put("analytics-" + chart, "#/analytics?range=90d&product=P-52&chart=" + chart);
    }
    views.put("analytics-compare", "#/analytics?range=30d&product=P-52&chart=compare");
    views.put("alarms-acknowledged", "#/alarms?state=acknowledged");
    views.put("rules", "#/alarms?tab=rules");
    views.put("holds", "#/alarms?tab=holds");
    return views;
  }

  private static void copy(Path from, Path to) throws IOException, SQLException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(from)) {
      files.forEach(all::add);
    }
    for (Path file : all) {
      Files.copy(file, to.resolve(from.relativize(file).toString()));
    }
    // The first start makes an admin, whose password it prints, where there is no account.
    String url = "jdbc:sqlite:" + to.resolve("hub.db");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("pragma foreign_keys = on");
      statement.executeUpdate("delete from accounts");
    }
  }

  static void remove(Path folder) throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files.forEach(all::addFirst);
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }
}
