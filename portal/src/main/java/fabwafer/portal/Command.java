package fabwafer.portal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A native program that came in a {@link JarPackage}. */
final class Command {
  private Command() {}

  /**
   * Runs a program to its end.
   *
   * @param program made executable first: a jar keeps no file modes
   * @param folder where it runs
   * @return what it printed, if it ended well
   * @throws IOException if it ended with another status than 0; the message holds what it printed
   */
  static String run(Path program, Path folder, List<String> arguments) throws IOException {
    if (!Files.isExecutable(program) && !program.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + program + " executable");
    }
    List<String> line = new ArrayList<>(List.of(program.toString()));
    line.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(line).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("NO_COLOR", "1");
    Process process = builder.start();
    process.getOutputStream().close();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(printed);
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted: " + program.getFileName(), e);
    }
    return printed;
  }
}
