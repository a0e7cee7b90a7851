package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeTest {
  private static final Path EXPERIMENTS = Path.of("..", "experiments");

  @TempDir Path folder;

  @Test
  void read_theDefaultModelsRecipe_isTheProgramsDefault() {
    assertThat(read(EXPERIMENTS.resolve("residual.conf"), Map.of()))
        .isEqualTo(TrainingOptions.DEFAULT);
  }

  @Test
  void read_everyRecipeOfTheProject_isRight() throws IOException {
    try (var files = Files.newDirectoryStream(EXPERIMENTS, "*.conf")) {
      files.forEach(file -> assertThat(read(file, Map.of()).schedule().epochs()).isPositive());
    }
  }

  @Test
  void read_flagsWinOverTheFile_andSettingsAreTheWayBack() throws IOException {
    Path file = folder.resolve("some.conf");
    Files.writeString(file, "train { epochs = 3, stages = [\"8x1\", \"16x2\"], seed = 9 }");
    TrainingOptions options = read(file, Map.of("epochs", "5"));
    assertThat(options.schedule().epochs()).isEqualTo(5);
    assertThat(options.seed()).isEqualTo(9);
    assertThat(options.architecture().stages()).hasSize(2);
    assertThat(Recipe.read(Optional.empty(), Map.of(), Recipe.settings(options)))
        .isEqualTo(options);
  }

  @Test
  void read_namesEveryMistakeAtOnce() throws IOException {
    Path file = folder.resolve("wrong.conf");
    Files.writeString(file, "train { epochs = 0, stages = \"8\", colour = red }");
    assertThatThrownBy(() -> read(file, Map.of("batch", "many")))
        .hasMessageContaining("train.epochs must be 1 to 10000, got 0")
        .hasMessageContaining("train.stages must be <channels>x<blocks>")
        .hasMessageContaining("train.batch must be a whole number, got 'many'")
        .hasMessageContaining("train.colour is no setting");
  }

  private static TrainingOptions read(Path file, Map<String, String> flags) {
    return Recipe.read(Optional.of(file), Map.of(), flags);
  }
}
