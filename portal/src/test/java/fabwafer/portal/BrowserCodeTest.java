package fabwafer.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Deno, from its jar, runs the TypeScript compiler and the browser code's own tests. */
class BrowserCodeTest {
  /** Bytes of one page load, compressed. */
  private static final int MAX_PAGE_BYTES = 300_000;

  private static final Path BASE = Path.of(property("portal.base"));
  private static final Path WORK = Path.of(property("portal.target"), "web");
  private static final Path DENO = WORK.resolve("deno/deno");
  private static final Path TYPESCRIPT = WORK.resolve("typescript");

  @BeforeAll
  static void unpackTools() throws IOException {
    new JarPackage(property("portal.deno")).unpackTo(WORK.resolve("deno"));
    new JarPackage(property("portal.typescript")).unpackTo(TYPESCRIPT);
  }

  @Test
  void types_agree() throws IOException {
    Command.run(
        DENO,
        BASE,
        List.of(
            "run",
            "--allow-read",
            "--allow-env",
            "--allow-sys",
            "--no-remote",
            "--no-npm",
            "--no-config",
            // TypeScript is CommonJS and its package does not say so.
            "--unstable-detect-cjs",
            TYPESCRIPT.resolve("lib/tsc.js").toString(),
            "--project",
            "tsconfig.json",
            "--pretty",
            "false"));
  }

  @Test
  void format_isDenos() throws IOException {
    // To mend it: target/web/deno/deno fmt, in this module's folder.
    Command.run(DENO, BASE, List.of("fmt", "--check"));
  }

  @Test
  void lint_findsNothing() throws IOException {
    Command.run(DENO, BASE, List.of("lint"));
  }

  @Test
  void unitTests_ofBrowserCode_pass() throws IOException {
    String printed =
        Command.run(
            DENO,
            BASE,
            List.of(
                "test",
                "--no-check",
                "--no-config",
                "--no-remote",
                "--no-npm",
                "--no-lock",
                "src/test/web"));

    assertThat(printed).containsPattern("ok \\| [1-9][0-9]* passed");
  }

  @Test
  void pageLoad_staysLight() throws IOException {
    Path portal = Path.of(property("portal.target"), "classes/portal");
    try (Stream<Path> files = Files.walk(portal)) {
      int bytes = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += compressed(Files.readAllBytes(file));
      }
      assertThat(bytes).isBetween(1, MAX_PAGE_BYTES);
    }
  }

  @Test
  void index_namesOnlyFilesThatExist() throws IOException {
    Path portal = Path.of(property("portal.target"), "classes/portal");
    String index = Files.readString(portal.resolve("index.html"));
    List<String> named =
        Pattern.compile("(?:src|href)=\"/([^\"]+)\"")
            .matcher(index)
            .results()
            .map(match -> match.group(1))
            .toList();

    assertThat(named).hasSizeGreaterThanOrEqualTo(4).allMatch(n -> Files.exists(portal.resolve(n)));
    // A strict content security policy runs no inline script and no inline style.
    assertThat(index).doesNotContainPattern("<script(?![^>]*src=)|<style|style=");
  }

  private static int compressed(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.size();
  }

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name);
  }
}
