package fabwafer.hub.pipeline;

import fabwafer.hub.gate.GateRules;
import fabwafer.hub.shadow.ShadowRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a model is retrained and judged.
 *
 * @param program the words that start this program, to which {@code train …} is added; empty where
 *     it cannot start itself: then nothing is trained
 * @param recipe of the training; empty for {@link #settings()}
 * @param settings of the training, {@code key=value}, which win over the recipe
 * @param replay old labelled wafers to learn beside the new ones
 * @param afterLabels new labels that start a run by themselves; 0: none do
 * @param every a run starts by itself so long after the one before; empty: none does
 * @param rules what the gate asks for
 * @param shadow how long a candidate runs in shadow before people are asked
 */
public record PipelineConfig(
    List<String> program,
    Optional<Path> recipe,
    List<String> settings,
    Optional<Path> replay,
    long afterLabels,
    Optional<Duration> every,
    GateRules rules,
    ShadowRules shadow) {
  /** Small steps, but enough of them, however few the new labels; docs/decisions/retraining.md. */
  public static final List<String> SETTINGS =
      List.of(
          "epochs=6",
          "least-steps=300",
          "learning-rate=0.001",
          "composed-per-epoch=200",
          "none-weight=1");

  /** Nothing is trained; models that are brought are judged by the defaults. */
  public static final PipelineConfig DEFAULT =
      new PipelineConfig(
          List.of(),
          Optional.empty(),
          SETTINGS,
          Optional.empty(),
          0,
          Optional.empty(),
          GateRules.DEFAULT,
          ShadowRules.DEFAULT);

  public PipelineConfig {
    program = List.copyOf(program);
    settings = List.copyOf(settings);
  }
}
