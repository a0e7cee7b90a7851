package fabwafer.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TelemetryTest {
  /** Longer than what overflowed a thread's stack in ONNX Runtime's telemetry. */
  private static final String LONG_ARGUMENT = "-Dlong=" + "x".repeat(20_000);

  private static final String OPENED = "opened and closed";

  @TempDir private Path folder;

  /** The program of the test's other process: opens a model, on a thread of the usual size. */
  public static final class Opening {
    private Opening() {}

    /** Opens the model of the first argument. */
    public static void main(String[] arguments) throws InterruptedException {
      Thread thread =
          new Thread(
              () -> {
                Classifier.open(Path.of(arguments[0])).close();
                System.out.println(OPENED);
              });
      thread.start();
      thread.join();
    }
  }

  @Test
  void openingAModel_leavesNoIdentifierOfTheDeviceAndSurvivesALongCommandLine()
      throws IOException, InterruptedException {
    Path home = Files.createDirectory(folder.resolve("home"));
    Path model = TinyModel.goodOrBad().writeTo(folder.resolve("model"));
    ProcessBuilder command =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                LONG_ARGUMENT,
                "-cp",
                System.getProperty("java.class.path"),
                Opening.class.getName(),
                model.toString()));
    command.environment().remove("ORT_DISABLE_TELEMETRY");
    // ONNX Runtime takes a build server's word for it; this is to be our doing.
    command.environment().keySet().removeIf(name -> name.equals("CI") || name.startsWith("GITHUB"));
    command
        .environment()
        .putAll(
            Map.of(
                "HOME", home.toString(),
                "XDG_CACHE_HOME", home.resolve("cache").toString(),
                "XDG_DATA_HOME", home.resolve("data").toString()));
    Path output = folder.resolve("output.txt");
    Process process = command.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    assertThat(output).content().contains(OPENED);
    try (Stream<Path> files = Files.walk(home)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }
}
