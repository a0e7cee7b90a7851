package fabwafer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import org.junit.jupiter.api.Test;

/** What we believe of the numeric engine, held against the formulas. */
class TorchTrainerTest {
  @Test
  void adamW_movesAWeightByItsFormula_andForgetsTheGradient() {
    Engine engine = Torch.engine();
    ResidualNetwork network = ResidualNetwork.of(TinyWafers.ARCHITECTURE, 9, 8);
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      Weights weights = Weights.initial(network, manager, 1);
      weights.trained().forEach(name -> weights.get(name).setRequiresGradient(true));
      AdamW optimiser = new AdamW(weights, manager, 0.1);
      NDArray weight = weights.get("head.weight");
      double expected = weight.toFloatArray()[3];
      double first = 0;
      double second = 0;
      for (int step = 0; step < 3; step++) {
        double gradient = 2 * expected;
        try (GradientCollector collector = engine.newGradientCollector()) {
          NDArray sum = weight.mul(weight).sum();
          weights.trained().stream()
              .filter(name -> !name.equals("head.weight"))
              .forEach(name -> sum.addi(weights.get(name).sum().mul(0)));
          collector.backward(sum);
        }
        optimiser.step(0.01, step);
        first = 0.9 * first + 0.1 * gradient;
        second = 0.999 * second + 0.001 * gradient * gradient;
        double mean = first / (1 - Math.pow(0.9, step + 1));
        double variance = second / (1 - Math.pow(0.999, step + 1));
        expected -= 0.01 * (0.1 * expected + mean / (Math.sqrt(variance) + 1e-8));
        assertThat((double) weight.toFloatArray()[3]).isCloseTo(expected, within(1e-5));
        assertThat(weight.getGradient().toFloatArray()).containsOnly(0);
      }
    }
  }

  @Test
  void defaultNetwork_hasFewerThanAMillionParameters() {
    assertThat(ResidualNetwork.of(Architecture.DEFAULT, 9, 8).parameters()).isLessThan(1_000_000);
  }
}
