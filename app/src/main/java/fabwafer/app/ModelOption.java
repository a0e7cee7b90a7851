package fabwafer.app;

import fabwafer.classifier.Classifier;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --model}, the same for every command that runs one. */
final class ModelOption {
  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Folder or zip of the model; default: the one that comes with the program.")
  private @Nullable Path model;

  /** The model asked for, else the program's own. */
  Path path() {
    return model != null ? model : ownModel();
  }

  /** Opens the model; each run of it takes one thread. */
  Classifier open() {
    return Classifier.open(path());
  }

  /** The model that comes with the program; the launcher says where the program is. */
  static Path ownModel() {
    return Path.of(System.getProperty("fabwafer.home", ""), "models", "default");
  }
}
