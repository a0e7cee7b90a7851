package fabwafer.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The real wafers in the project's folder {@code samples}. */
public final class Samples {
  private Samples() {}

  /** Every sample, in the order of its path. */
  public static List<Path> all() {
    return pngs(Program.home().resolve("samples"));
  }

  /** Every PNG file below a folder, in the order of its path. */
  public static List<Path> pngs(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".png")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
