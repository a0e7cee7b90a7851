package fabwafer.app;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.dataset.DatasetRow;
import fabwafer.wafer.drawing.TextStyle;
import fabwafer.wafer.drawing.WaferDrawing;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fabwafer dataset show}: wafers of a data set with what it says of them. */
@Command(
    name = "show",
    description = "Draws wafers of a data set in the terminal, with what it says of them.",
    mixinStandardHelpOptions = true)
final class DatasetShowCommand implements Callable<Integer> {
  private static final int COLUMNS = 80;

  @Spec private CommandSpec spec;

  @Mixin private DatasetSource source;

  @Option(
      names = "--index",
      paramLabel = "N",
      defaultValue = "0",
      description = "The first wafer to draw; 0 (default) is the data set's first.")
  private long first;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many to draw; by default 1.")
  private long count;

  @Option(names = "--plain", description = "Characters only, as where the output is no terminal.")
  private boolean plain;

  private long at;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command
  DatasetShowCommand() {}

  @Override
  public Integer call() throws IOException {
    source.read("show", this::show);
    if (first < 0 || first >= at) {
      throw new WaferException("--index must be 0 to %,d, got %,d".formatted(at - 1, first));
    }
    return 0;
  }

  private void show(DatasetRow row) {
    if (at >= first && at < first + count) {
      PrintWriter out = spec.commandLine().getOut();
      boolean terminal =
          Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
      TextStyle style = plain ? TextStyle.ASCII : TextStyle.of(System.getenv(), terminal);
      out.print(WaferDrawing.toText(row.wafer(), style, COLUMNS));
      out.println(
          String.format(
              Locale.ROOT,
              "#%d %s: label %s, lot %s, wafer %s, %s; %d x %d, %,d dies, yield %.1f %%; from %s",
              at,
              row.name(),
              or(row.label()),
              or(row.lot()),
              or(row.waferId()),
              row.split().folder(),
              row.wafer().height(),
              row.wafer().width(),
              row.wafer().dies(),
              100 * row.wafer().yieldRatio(),
              or(row.source())));
      out.flush();
    }
    at++;
  }

  private static String or(String text) {
    return text.isEmpty() ? "-" : text;
  }
}
