package fabwafer.training;

import fabwafer.classifier.Preprocessing;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The widths of a {@link ResidualNetwork}.
 *
 * @param side rows and columns of the input, 16 to {@link Preprocessing#MAX_SIDE}
 * @param stemChannels channels after the stem, 1 to {@link #MAX_CHANNELS}
 * @param stages channels and blocks of each stage, 1 to {@link #MAX_STAGES} of them
 */
public record Architecture(int side, int stemChannels, List<Stage> stages) {
  /** Most channels of a layer; a network of 1 M parameters has a fifth of it. */
  public static final int MAX_CHANNELS = 1_024;

  /** Most stages: each halves the side, and 64 cells have been halved once by the stem. */
  public static final int MAX_STAGES = 5;

  private static final int MAX_BLOCKS = 32;
  private static final int LEAST_SIDE = 16;

  /** 0.84 M parameters, 46 million multiplications a wafer: docs/decisions/network.md. */
  public static final Architecture DEFAULT =
      new Architecture(64, 32, List.of(new Stage(48, 2), new Stage(96, 2), new Stage(176, 1)));

  /**
   * Residual blocks at one resolution.
   *
   * @param channels 1 to {@link #MAX_CHANNELS}
   * @param blocks 1 to 32
   */
  public record Stage(int channels, int blocks) {
    public Stage {
      requireRange("a stage's channels", channels, 1, MAX_CHANNELS);
      requireRange("a stage's blocks", blocks, 1, MAX_BLOCKS);
    }
  }

  public Architecture {
    stages = List.copyOf(stages);
    requireRange("the input's side", side, LEAST_SIDE, Preprocessing.MAX_SIDE);
    requireRange("the stem's channels", stemChannels, 1, MAX_CHANNELS);
    requireRange("the stages", stages.size(), 1, MAX_STAGES);
  }

  /** Side, stem and stages, such as {@code 64: 32, 48x2, 96x2, 160x1}. */
  @Override
  public String toString() {
    return stages.stream()
        .map(stage -> stage.channels() + "x" + stage.blocks())
        .collect(Collectors.joining(", ", side + ": " + stemChannels + ", ", ""));
  }

  static void requireRange(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw new TrainingException(
          "%s must be %,d to %,d, got %,d".formatted(what, least, most, value));
    }
  }
}
