package fabwafer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import fabwafer.training.Operations.Convolution;
import fabwafer.training.Operations.Dense;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A network's numbers by name, in one order for all time: {@code <convolution>.weight}, {@code
 * .scale}, {@code .shift}, {@code .mean}, {@code .variance}; {@code <dense>.weight}, {@code .bias}.
 * Mean and variance are batch normalisation's running statistics: measured, not trained.
 */
final class Weights {
  private final LinkedHashMap<String, NDArray> arrays = new LinkedHashMap<>();

  private Weights() {}

  /**
   * Fresh weights, the same for the same seed on every machine: He's normal initialisation, a
   * residual branch's last scale 0 so that a block begins as its skip.
   *
   * <p>Source: K. He et al., "Delving Deep into Rectifiers", ICCV 2015, arXiv:1502.01852; P. Goyal
   * et al., arXiv:1706.02677 for the zero scale.
   */
  static Weights initial(ResidualNetwork network, NDManager manager, long seed) {
    Random random = new Random(seed);
    Weights weights = new Weights();
    for (Convolution c : network.convolutions()) {
      int fanOut = c.out() * c.kernel() * c.kernel();
      weights.put(
          manager,
          c.name() + ".weight",
          normal(random, c.out() * c.in() * c.kernel() * c.kernel(), Math.sqrt(2.0 / fanOut)),
          c.out(),
          c.in(),
          c.kernel(),
          c.kernel());
      float scale = c.name().endsWith(".second") ? 0 : 1;
      weights.put(manager, c.name() + ".scale", filled(c.out(), scale), c.out());
      weights.put(manager, c.name() + ".shift", filled(c.out(), 0), c.out());
      weights.put(manager, c.name() + ".mean", filled(c.out(), 0), c.out());
      weights.put(manager, c.name() + ".variance", filled(c.out(), 1), c.out());
    }
    for (Dense d : network.denses()) {
      weights.put(
          manager,
          d.name() + ".weight",
          normal(random, d.out() * d.in(), Math.sqrt(1.0 / d.in())),
          d.out(),
          d.in());
      weights.put(manager, d.name() + ".bias", filled(d.out(), 0), d.out());
    }
    return weights;
  }

  /** The same numbers in arrays of their own. */
  Weights copy(NDManager manager) {
    Weights copy = new Weights();
    arrays.forEach(
        (name, array) -> {
          copy.arrays.put(name, copied(array, manager));
        });
    return copy;
  }

  NDArray get(String name) {
    NDArray array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException("the network has no array called " + name);
    }
    return array;
  }

  /** Every array by name, in order. */
  Map<String, NDArray> all() {
    return arrays;
  }

  /** The names of the arrays that training changes by their gradient. */
  List<String> trained() {
    List<String> names = new ArrayList<>();
    for (String name : arrays.keySet()) {
      if (!name.endsWith(".mean") && !name.endsWith(".variance")) {
        names.add(name);
      }
    }
    return names;
  }

  /** Moves every number towards another network's: {@code this = keep this + (1 - keep) other}. */
  void moveTowards(Weights other, float keep) {
    arrays.forEach(
        (name, array) -> {
          array.muli(keep);
          try (NDArray part = other.get(name).mul(1 - keep)) {
            array.addi(part);
          }
        });
  }

  /** The numbers, by name; for a checkpoint and for the export. */
  Map<String, float[]> toArrays() {
    Map<String, float[]> numbers = new LinkedHashMap<>();
    arrays.forEach((name, array) -> numbers.put(name, array.toFloatArray()));
    return numbers;
  }

  /**
   * Takes numbers over.
   *
   * @throws TrainingException if a name is missing or a length differs: another network's
   */
  void set(Map<String, float[]> numbers) {
    arrays.forEach(
        (name, array) -> {
          float[] values = numbers.get(name);
          if (values == null || values.length != array.size()) {
            throw new TrainingException(
                "the checkpoint is another network's: %s has %s numbers, expected %d"
                    .formatted(name, values == null ? "no" : values.length, array.size()));
          }
          overwrite(array, values);
        });
  }

  /** Writes numbers into an array's own memory. */
  static void overwrite(NDArray array, float[] values) {
    try (NDArray given = array.getManager().create(values, array.getShape())) {
      array.muli(0).addi(given);
    }
  }

  /**
   * A copy in the engine's own memory. DJL's {@code set}, {@code copyTo} and {@code duplicate} make
   * an array look into a Java buffer that nobody keeps, and the collector frees it.
   */
  private static NDArray copied(NDArray array, NDManager manager) {
    return manager.zeros(array.getShape()).addi(array);
  }

  private void put(NDManager manager, String name, float[] values, int... shape) {
    long[] sides = Arrays.stream(shape).asLongStream().toArray();
    try (NDArray given = manager.create(values, new Shape(sides))) {
      arrays.put(name, copied(given, manager));
    }
  }

  private static float[] normal(Random random, int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return values;
  }

  private static float[] filled(int count, float value) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return values;
  }
}
