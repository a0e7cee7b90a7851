package fabwafer.app;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ModelCard.Measurement;
import fabwafer.classifier.TestVectors;
import fabwafer.hub.HubConfig;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.database.Database;
import fabwafer.hub.registry.ModelRegistry;
import fabwafer.hub.registry.ModelRegistry.Arrival;
import fabwafer.hub.registry.Promotion;
import fabwafer.hub.registry.Promotion.Signer;
import fabwafer.hub.registry.RegisteredModel;
import fabwafer.hub.shadow.Shadow;
import fabwafer.hub.shadow.ShadowFigures;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fabwafer model}: the models of a hub, and the steps from candidate to champion. */
@Command(
    name = "model",
    description = {
      "Shows, brings, approves and deploys a hub's models. Works on the hub's data folder, also",
      "while the hub runs: it follows within seconds. MODEL is 4 or more digits of an id,",
      "'champion' or 'challenger'."
    },
    mixinStandardHelpOptions = true)
final class ModelCommand implements Runnable {
  private static final String ROW = "%-14s %-11s %-9s %-10s %-20s %-10s %s%n";

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec before it runs the command
  ModelCommand() {}

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Which one? 'fabwafer model --help' lists them.");
  }

  /** A registry and the steps of its models. */
  record Life(ModelRegistry registry, Promotion promotion, Shadow shadow) {}

  /** Work on the models of a data folder. */
  @FunctionalInterface
  interface Work<T> {
    T on(Life life) throws IOException;
  }

  /** Does something with the models of a data folder. */
  static <T> T with(DataFolderOptions folder, Work<T> work) throws IOException {
    HubConfig config = folder.usedConfig();
    Clock clock = Clock.systemUTC();
    try (Database database = Database.open(config.data())) {
      AuditLog audit = new AuditLog(database, clock);
      ModelRegistry registry = new ModelRegistry(config.data(), database, audit, clock);
      return work.on(
          new Life(
              registry,
              new Promotion(registry, audit, config.lifecycle().approvers(), clock),
              new Shadow(database)));
    }
  }

  @Command(
      name = "list",
      description = "Lists the models, the newest first.",
      mixinStandardHelpOptions = true)
  int list(@Mixin DataFolderOptions folder) throws IOException {
    PrintWriter out = out();
    with(
            folder,
            life -> {
              out.printf(ROW, "MODEL", "STAGE", "FROM", "GATE", "CAME", "APPROVALS", "NOTE");
              for (RegisteredModel model : life.registry().list()) {
                out.printf(
                    ROW,
                    model.shortId(),
                    model.stage().word(),
                    model.origin().word(),
                    gate(model),
                    time(model.createdMillis()),
                    model.approvals().size() + " of " + life.promotion().approvers(),
                    model.note().orElse("-"));
              }
              return life;
            })
        .registry();
    out.flush();
    return 0;
  }

  @Command(
      name = "show",
      description =
          "Shows a model: card, what the gate said, what it showed in shadow, who did what.",
      mixinStandardHelpOptions = true)
  int show(@Mixin DataFolderOptions folder, @Parameters(paramLabel = "MODEL") String name)
      throws IOException {
    PrintWriter out = out();
    return with(
        folder,
        life -> {
          RegisteredModel model = life.registry().require(name);
          print(out, model);
          life.shadow().figures(model.id()).ifPresent(figures -> print(out, figures));
          out.println("history");
          for (RegisteredModel.Event event : life.registry().events(model.id())) {
            out.printf(
                "  %s  %-20s %s %s%n",
                time(event.atMillis()), event.action(), event.actor(), event.detail());
          }
          out.flush();
          return 0;
        });
  }

  @Command(
      name = "compare",
      description = "Holds a model's measurements against another's.",
      mixinStandardHelpOptions = true)
  int compare(
      @Mixin DataFolderOptions folder,
      @Parameters(paramLabel = "MODEL") String name,
      @Option(
              names = "--against",
              paramLabel = "MODEL",
              defaultValue = "champion",
              description = "Default: ${DEFAULT-VALUE}.")
          String against)
      throws IOException {
    PrintWriter out = out();
    return with(
        folder,
        life -> {
          RegisteredModel model = life.registry().require(name);
          RegisteredModel other = life.registry().require(against);
          out.printf("%-44s %14s %14s%n", "", model.shortId(), other.shortId());
          out.printf("%-44s %,14d %,14d%n", "bytes", model.bytes(), other.bytes());
          for (Measurement mine : model.card().metrics()) {
            out.println(mine.data() + ", " + mine.split());
            Map<String, Double> theirs =
                other.card().metrics().stream()
                    .filter(m -> m.data().equals(mine.data()) && m.split().equals(mine.split()))
                    .findFirst()
                    .map(Measurement::values)
                    .orElse(Map.of());
            mine.values()
                .forEach(
                    (metric, value) ->
                        out.printf(
                            "  %-42s %14s %14s%n",
                            metric, number(value), number(theirs.get(metric))));
          }
          out.flush();
          return 0;
        });
  }

  @Command(
      name = "import",
      description = {
        "Brings a model as candidate: any ONNX image classifier with a card and test vectors.",
        "docs/lifecycle.md says what they hold."
      },
      mixinStandardHelpOptions = true)
  int add(
      @Mixin DataFolderOptions folder,
      @Parameters(paramLabel = "PATH", description = "Its folder or zip.") Path model,
      @Option(names = "--note", paramLabel = "TEXT", description = "What to say of it.")
          @Nullable String note)
      throws IOException {
    return told(
        with(
            folder,
            life ->
                life.registry()
                    .add(Actor.operator(), model, Arrival.imported(Optional.ofNullable(note)))));
  }

  @Command(
      name = "export",
      description = "Writes a model's zip: graph, card, test vectors.",
      mixinStandardHelpOptions = true)
  int export(
      @Mixin DataFolderOptions folder,
      @Parameters(paramLabel = "MODEL") String name,
      @Option(names = "--out", required = true, paramLabel = "FILE", description = "A new file.")
          Path file)
      throws IOException {
    return with(
        folder,
        life -> {
          RegisteredModel model = life.registry().require(name);
          Files.copy(life.registry().file(model.id()), file);
          return told(model);
        });
  }

  @Command(
      name = "test",
      description = "Puts a candidate that passed the gate into test: it runs in shadow.",
      mixinStandardHelpOptions = true)
  int test(
      @Mixin DataFolderOptions folder,
      @Parameters(paramLabel = "MODEL") String name,
      @Option(
              names = "--override",
              paramLabel = "REASON",
              description = "Why, if the gate did not.")
          @Nullable String override)
      throws IOException {
    return told(
        with(
            folder,
            life -> life.promotion().test(Actor.operator(), name, Optional.ofNullable(override))));
  }

  @Command(
      name = "approve",
      description = "Signs the model in test; with enough persons it may be deployed.",
      mixinStandardHelpOptions = true)
  int approve(
      @Mixin DataFolderOptions folder,
      @Parameters(paramLabel = "MODEL") String name,
      @Option(names = "--comment", paramLabel = "TEXT", description = "What to say with it.")
          @Nullable String comment,
      @Option(
              names = "--override",
              paramLabel = "REASON",
              description = "Why, if the gate did not.")
          @Nullable String override)
      throws IOException {
    return told(
        with(
            folder,
            life ->
                life.promotion()
                    .approve(
                        Signer.operator(),
                        name,
                        Optional.ofNullable(comment),
                        Optional.ofNullable(override))));
  }

  @Command(
      name = "reject",
      description = "Retires a model that is not the champion.",
      mixinStandardHelpOptions = true)
  int reject(
      @Mixin DataFolderOptions folder,
      @Parameters(paramLabel = "MODEL") String name,
      @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
          String reason)
      throws IOException {
    return told(with(folder, life -> life.promotion().reject(Actor.operator(), name, reason)));
  }

  @Command(
      name = "deploy",
      description = "Makes the approved challenger the champion.",
      mixinStandardHelpOptions = true)
  int deploy(@Mixin DataFolderOptions folder, @Parameters(paramLabel = "MODEL") String name)
      throws IOException {
    return told(with(folder, life -> life.promotion().deploy(Actor.operator(), name)));
  }

  @Command(
      name = "rollback",
      description = "Goes back to the champion before this one.",
      mixinStandardHelpOptions = true)
  int rollback(
      @Mixin DataFolderOptions folder,
      @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
          String reason)
      throws IOException {
    return told(with(folder, life -> life.promotion().rollback(Actor.operator(), reason)));
  }

  @Command(
      name = "vectors",
      description = {
        "Writes vectors.json into a model's folder: what it gives here for some synthetic wafers.",
        "Run it where the model is known to be right; import and devices then hold copies to it."
      },
      mixinStandardHelpOptions = true)
  int vectors(@Parameters(paramLabel = "FOLDER", description = "The model's folder.") Path model) {
    try (Classifier classifier = Classifier.open(model)) {
      TestVectors.of(classifier).write(model);
    }
    out().println(model.resolve(TestVectors.FILE_NAME));
    out().flush();
    return 0;
  }

  private int told(RegisteredModel model) {
    out().printf("%s %s%n", model.id(), model.stage().word());
    out().flush();
    return 0;
  }

  private static void print(PrintWriter out, ShadowFigures figures) {
    out.println("shadow     " + figures.line());
    out.printf("  %-24s %10s %10s %10s%n", "", "PUBLISHED", "CANDIDATE", "BOTH");
    figures
        .labels()
        .forEach(
            label ->
                out.printf(
                    "  %-24s %,10d %,10d %,10d%n",
                    label.label(), label.champion(), label.candidate(), label.same()));
  }

  private static void print(PrintWriter out, RegisteredModel model) {
    out.println("model      " + model.id());
    out.println("stage      " + model.stage().word());
    out.println("from       " + model.origin().word() + ", " + model.createdBy());
    out.println("came       " + time(model.createdMillis()));
    out.println("parent     " + model.parent().orElse("-"));
    out.println("labels     " + model.snapshot().orElse("-"));
    out.println("classes    " + String.join(", ", model.card().classes()));
    out.println("trained by " + model.card().provenance().command());
    out.println("approvals  " + model.approvals().stream().map(a -> a.person()).toList());
    out.println("gate       " + gate(model));
    model.note().ifPresent(note -> out.println("note       " + note));
    for (Measurement measured : model.card().metrics()) {
      out.println(measured.data() + ", " + measured.split());
      measured.values().forEach((name, value) -> out.printf("  %-24s %s%n", name, number(value)));
    }
    model.verdict().ifPresent(verdict -> out.println("verdict    " + verdict.json()));
  }

  private static String gate(RegisteredModel model) {
    return model.verdict().map(verdict -> verdict.passed() ? "passed" : "failed").orElse("-");
  }

  private static String number(@Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.4f", value);
  }

  private static String time(long millis) {
    return Instant.ofEpochSecond(millis / 1_000).toString();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
