package fabwafer.app;

import fabwafer.app.DatasetFile.Reading;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.drawing.WaferDrawing;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fabwafer dataset stats}: classes, sizes, duplicates, contradictions, suspected leaks. */
@Command(
    name = "stats",
    description = {
      "Counts classes and sizes, failing shares, duplicates, contradicting labels, and what may",
      "leak from one part into another."
    },
    mixinStandardHelpOptions = true)
final class DatasetStatsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private DatasetSource source;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "Write a page with pictures of each label too.")
  private @Nullable Path page;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command
  DatasetStatsCommand() {}

  @Override
  public Integer call() throws IOException {
    DatasetStatistics statistics = new DatasetStatistics();
    Reading reading = source.read("stats", statistics::add);
    PrintWriter out = spec.commandLine().getOut();
    statistics.lines().forEach(out::println);
    out.flush();
    DatasetImportCommand.tellRefused(reading, spec.commandLine().getErr());
    if (page != null) {
      Files.writeString(page, html(statistics));
      out.println("page: " + page);
      out.flush();
    }
    return 0;
  }

  private String html(DatasetStatistics statistics) {
    StringBuilder html = new StringBuilder();
    html.append(
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Data set</title><style>
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem;
          padding: 0 1rem; color: #222; background: #fff }
        pre { background: #f4f4f2; padding: 1rem; overflow: auto }
        div { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr));
          gap: 0.75rem }
        svg { width: 100%; height: auto; background: #f4f4f2 }
        </style></head><body>
        """);
    html.append("<h1>").append(escaped(source.name())).append("</h1><pre>");
    statistics.lines().forEach(line -> html.append(escaped(line)).append('\n'));
    html.append("</pre>\n");
    statistics
        .labels()
        .forEach(
            (label, of) -> {
              html.append("<h2>").append(escaped(label)).append("</h2><div>\n");
              for (WaferMap wafer : of.samples()) {
                html.append(WaferDrawing.toSvg(wafer)).append('\n');
              }
              html.append("</div>\n");
            });
    return html.append("</body></html>\n").toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
