package fabwafer.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** axe-core in a page of the portal. */
final class Axe {
  /** What it finds serious or critical: rule, then the first elements that break it. */
  private static final String RUN =
      """
      const done = arguments[0];
      axe.run({ resultTypes: ['violations'] }).then(
        (found) => done(JSON.stringify(found.passes.length < 10 ? ['it checked next to nothing'] : found.violations
          .filter((v) => v.impact === 'serious' || v.impact === 'critical')
          .map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')))),
        (e) => done(JSON.stringify(['axe-core failed: ' + e])),
      );
      """;

  private Axe() {}

  /** Brings it into the page, once a page load. */
  static void load(Browser browser) {
    try (InputStream in = Axe.class.getResourceAsStream("/axe.min.js")) {
      browser.run(new String(Objects.requireNonNull(in, "axe.min.js").readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it finds in the page as it is; {@code where} is for the messages. */
  static List<String> violations(Browser browser, String where) {
    List<String> found = new ArrayList<>();
    for (JsonNode one : JsonMapper.shared().readTree(browser.runLong(RUN).toString())) {
      found.add(where + ": " + one.stringValue());
    }
    return found;
  }

  /** The same in light and in dark. */
  static List<String> inBothThemes(Browser browser, String where) {
    List<String> found = new ArrayList<>();
    for (boolean dark : new boolean[] {false, true}) {
      browser.dark(dark);
      found.addAll(violations(browser, where + (dark ? " dark" : " light")));
    }
    browser.dark(false);
    return found;
  }
}
