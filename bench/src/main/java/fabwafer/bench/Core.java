package fabwafer.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the JMH benchmarks and prints a Markdown table for docs/performance.md. */
public final class Core {
  private static final List<String> JVM_FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-Djava.awt.headless=true");

  private Core() {}

  /**
   * Measures.
   *
   * @param arguments the model's folder, then {@code quick} for one short iteration that only
   *     proves that all run
   */
  public static void main(String[] arguments) throws RunnerException {
    boolean quick = arguments.length > 1 && arguments[1].equals("quick");
    String home = System.getProperty("fabwafer.home", "");
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("fabwafer\\.bench\\..*Benchmark")
            .param("model", Path.of(arguments[0]).toAbsolutePath().toString())
            .jvmArgs(JVM_FLAGS.toArray(String[]::new))
            .jvmArgsAppend("-Dfabwafer.home=" + home)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .forks(quick ? 1 : 3)
            .warmupIterations(quick ? 1 : 5)
            .warmupTime(quick ? TimeValue.milliseconds(200) : TimeValue.seconds(1))
            .measurementIterations(quick ? 1 : 5)
            .measurementTime(quick ? TimeValue.milliseconds(200) : TimeValue.seconds(2));
    print(System.out, new Runner(options.build()).run());
  }

  private static void print(PrintStream out, Collection<RunResult> results) {
    out.println("| what, on one core | µs | ± 99.9 % | a second |\n| --- | ---: | ---: | ---: |");
    for (RunResult result : results) {
      BenchmarkParams params = result.getParams();
      double micros = result.getPrimaryResult().getScore();
      double error = result.getPrimaryResult().getScoreError();
      String batch = params.getParamsKeys().contains("batch") ? params.getParam("batch") : "1";
      out.printf(
          Locale.ROOT,
          "| %s | %,.1f | %s | %,.0f wafers |%n",
          title(params),
          micros,
          Double.isNaN(error) ? "–" : String.format(Locale.ROOT, "%,.1f", error),
          Integer.parseInt(batch) * 1e6 / micros);
    }
  }

  /** Such as {@code preprocess, side 52}. */
  private static String title(BenchmarkParams params) {
    String name = params.getBenchmark();
    String given =
        params.getParamsKeys().stream()
            .filter(key -> !key.equals("model"))
            .map(key -> ", " + key + " " + params.getParam(key))
            .collect(Collectors.joining());
    return name.substring(name.lastIndexOf('.') + 1) + given;
  }
}
