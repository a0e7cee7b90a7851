package fabwafer.bench;

import fabwafer.acceptance.Browser;
import fabwafer.acceptance.MosquittoClient;
import fabwafer.acceptance.RestClient;
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
import tools.jackson.databind.JsonNode;

/**
 * Takes a picture of every view of the portal, light and dark, wide and as on a tablet: a contact
 * sheet a view. The hub runs on a copy of {@code --data}, which stays as it is.
 */
public final class Pictures {
  private static final int[] WIDTHS = {1440, 1024};
  private static final int HEIGHT = 900;
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
        tellStates(hub);
        take(hub, out, flags.text("full"), flags.text("only"));
      }
    } finally {
      remove(folder);
    }
  }

  private static void take(RunningHub hub, Path out, String full, String only) throws IOException {
    try (Browser browser = Browser.open(hub.address())) {
      browser.size(WIDTHS[0], HEIGHT);
      browser.logIn("admin", hub.adminPassword());
      browser.find("nav.tabs a");
      for (Map.Entry<String, String> view : views(browser).entrySet()) {
        if (!only.isEmpty() && !List.of(only.split(",")).contains(view.getKey())) {
          continue;
        }
        ContactSheet sheet = new ContactSheet();
        for (int width : WIDTHS) {
          for (boolean dark : new boolean[] {false, true}) {
            browser.size(width, HEIGHT);
            browser.dark(dark);
            byte[] picture = picture(browser, view.getValue());
            sheet.add(picture);
            if (!full.isEmpty()) {
              String name = "%s-%d-%s.png".formatted(view.getKey(), width, dark ? "dark" : "light");
              Files.write(Files.createDirectories(Path.of(full)).resolve(name), picture);
            }
          }
        }
        int bytes = sheet.write(out.resolve("view-" + view.getKey() + ".png"));
        System.out.printf("%-14s %,9d bytes%n", view.getKey(), bytes);
      }
    }
  }

  private static byte[] picture(Browser browser, String hash) {
    // By way of another view: what one of these was left with is not the next one's.
    browser.show("#/upload");
    browser.show(hash);
    if (!browser.settle(PATIENCE)) {
      System.err.println("pictures: something still loads in " + hash);
    }
    browser.runLong(NEXT_FRAMES);
    return browser.picture();
  }

  /** Name → address: every view that the bar has, and some of their states. */
  private static Map<String, String> views(Browser browser) {
    Map<String, String> views = new LinkedHashMap<>();
    for (Object href : (List<?>) browser.run(TABS)) {
      views.put(String.valueOf(href).replaceFirst("#/", ""), String.valueOf(href));
    }
    views.put("wafers", "#/wafers?pattern=Edge-Ring");
    views.put("gallery", "#/wafers?layout=gallery");
    views.put("zones", "#/wafers?pattern=Edge-Ring&zones=1&edge=0.02");
    return views;
  }

  /** Devices say that they are there; one has left, as on any day. */
  private static void tellStates(RunningHub hub) {
    MosquittoClient devices = MosquittoClient.of(hub);
    RestClient admin = hub.admin();
    boolean left = false;
    for (JsonNode fab : admin.json("/api/v1/devices").get("fabs")) {
      for (JsonNode camera : fab.get("cameras")) {
        String name = fab.get("fab").stringValue() + "/" + camera.get("camera").stringValue();
        devices.publish(
            "fabwafer/" + name + "/status",
            "{\"state\": \"%s\", \"timestamp\": %d, \"model\": \"3f1c9a52b7d0\", \"version\": \"0.1.0\", \"spooled\": 0, \"spoolLimit\": 10000}"
                .formatted(left ? "online" : "offline", System.currentTimeMillis()));
        left = true;
      }
    }
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

  private static void remove(Path folder) throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files.forEach(all::addFirst);
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }
}
