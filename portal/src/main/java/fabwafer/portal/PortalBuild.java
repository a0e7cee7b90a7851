package fabwafer.portal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Bundles the browser code with esbuild: minified scripts and styles with the hash of their content
 * in their names, so that a browser may keep them for ever, and an index.html that names them.
 */
public final class PortalBuild {
  /** Oldest browsers served: the long-term releases of early 2023. */
  private static final String BROWSERS = "es2022,chrome109,firefox115,safari16.4";

  /** What index.html names, as entry points of the bundle. */
  private static final List<String> ENTRIES = List.of("theme.ts", "main.tsx", "main.css");

  private final Path base;
  private final Path work;
  private final Path output;
  private final JarPackage esbuild;
  private final JarPackage preact;

  private PortalBuild(Path base, Path work, Path output, JarPackage esbuild, JarPackage preact) {
    this.base = base;
    this.work = work;
    this.output = output;
    this.esbuild = esbuild;
    this.preact = preact;
  }

  /**
   * Builds, unless nothing changed since the last build.
   *
   * @param args the module's folder, its build folder, the folder that gets the files, and the
   *     roots of the packages esbuild and preact in their jars
   */
  public static void main(String[] args) throws IOException {
    new PortalBuild(
            Path.of(args[0]),
            Path.of(args[1], "web"),
            Path.of(args[2]),
            new JarPackage(args[3]),
            new JarPackage(args[4]))
        .build();
  }

  private void build() throws IOException {
    Path stamp = work.resolve("inputs.sha256");
    String inputs = hashOfInputs();
    if (Files.exists(stamp)
        && Files.readString(stamp).equals(inputs)
        && Files.exists(output.resolve("index.html"))) {
      return;
    }
    Files.createDirectories(work);
    Files.deleteIfExists(stamp);
    preact.unpackTo(work.resolve("preact"));
    esbuild.unpackTo(work.resolve("esbuild"));
    delete(output);
    Files.createDirectories(output);
    bundle();
    copyStaticFiles();
    writeIndex();
    Files.writeString(stamp, inputs);
  }

  private Path sources() {
    return base.resolve("src/main/web");
  }

  private void bundle() throws IOException {
    Path program = work.resolve("esbuild/bin/esbuild");
    Stream<String> entries = ENTRIES.stream().map(entry -> sources().resolve(entry).toString());
    Stream<String> options =
        Stream.of(
            "--bundle",
            "--minify",
            "--format=iife",
            "--target=" + BROWSERS,
            "--charset=utf8",
            "--legal-comments=none",
            "--log-level=warning",
            "--outdir=" + output.resolve("assets"),
            "--entry-names=[name]-[hash]",
            "--tsconfig=" + base.resolve("tsconfig.json"));
    Command.run(program, base, Stream.concat(entries, options).toList());
  }

  private void copyStaticFiles() throws IOException {
    Files.copy(sources().resolve("favicon.svg"), output.resolve("favicon.svg"));
    // MIT asks for its notice with every copy, and the bundle is one.
    Files.copy(
        work.resolve("preact/LICENSE"),
        output.resolve("licence-preact.txt"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  private void writeIndex() throws IOException {
    String page = Files.readString(sources().resolve("index.html"));
    try (Stream<Path> assets = Files.list(output.resolve("assets"))) {
      for (Path asset : assets.toList()) {
        String name = asset.getFileName().toString();
        String plain = name.replaceFirst("-[A-Z0-9]{8}\\.", ".");
        page = page.replace("assets/" + plain, "assets/" + name);
      }
    }
    Files.writeString(output.resolve("index.html"), page);
  }

  private String hashOfInputs() throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IOException(e);
    }
    digest.update((esbuild.root() + preact.root()).getBytes(StandardCharsets.UTF_8));
    List<Path> roots =
        List.of(
            sources(),
            base.resolve("src/main/java"),
            base.resolve("pom.xml"),
            base.resolve("tsconfig.json"));
    for (Path root : roots) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          digest.update(base.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
          digest.update(Files.readAllBytes(file));
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
