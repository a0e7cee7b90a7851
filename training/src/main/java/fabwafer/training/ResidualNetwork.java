package fabwafer.training;

import fabwafer.classifier.Preprocessing;
import fabwafer.training.Architecture.Stage;
import fabwafer.training.Operations.Convolution;
import fabwafer.training.Operations.Dense;
import fabwafer.training.Operations.Gate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A residual network for the 3 planes of {@link Preprocessing}: a stem at stride 2, then stages of
 * residual blocks, each stage at stride 2 with more channels, and a global average: the embedding.
 * One dense layer makes the classes' logits of it, another those of the pattern set.
 *
 * <p>Source: K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition", CVPR
 * 2016, arXiv:1512.03385; cost and choice are in docs/decisions/network.md.
 */
final class ResidualNetwork {
  /** A gate's hidden layer has an eighth of the channels. */
  private static final int GATE_REDUCTION = 8;

  private final Convolution stem;
  private final List<Block> blocks;
  private final Dense head;
  private final Dense patterns;

  /**
   * What the network says of a batch.
   *
   * @param logits shape [N, classes]
   * @param patterns logits of independent sigmoids, shape [N, patterns]
   * @param embedding shape [N, channels]
   */
  record Outputs<T>(T logits, T patterns, T embedding) {}

  private ResidualNetwork(Convolution stem, List<Block> blocks, Dense head, Dense patterns) {
    this.stem = stem;
    this.blocks = List.copyOf(blocks);
    this.head = head;
    this.patterns = patterns;
  }

  /**
   * A network of given widths.
   *
   * @param classes that exclude each other
   * @param patterns that do not
   */
  static ResidualNetwork of(Architecture architecture, int classes, int patterns) {
    List<Block> blocks = new ArrayList<>();
    int channels = architecture.stemChannels();
    for (int s = 0; s < architecture.stages().size(); s++) {
      Stage stage = architecture.stages().get(s);
      for (int b = 0; b < stage.blocks(); b++) {
        int stride = b == 0 ? 2 : 1;
        blocks.add(Block.of("stage%d.block%d".formatted(s, b), channels, stage.channels(), stride));
        channels = stage.channels();
      }
    }
    return new ResidualNetwork(
        new Convolution("stem", Preprocessing.PLANES, architecture.stemChannels(), 3, 2),
        blocks,
        new Dense("head", channels, classes),
        new Dense("patterns", channels, patterns));
  }

  /** Runs the network with the given operations. */
  <T> Outputs<T> forward(Operations<T> operations, T input) {
    T x = operations.relu(operations.convolution(input, stem));
    for (Block block : blocks) {
      x = block.forward(operations, x);
    }
    T embedding = operations.globalAverage(x);
    return new Outputs<>(
        operations.dense(embedding, head), operations.dense(embedding, patterns), embedding);
  }

  List<Convolution> convolutions() {
    List<Convolution> all = new ArrayList<>();
    all.add(stem);
    for (Block block : blocks) {
      all.add(block.first);
      all.add(block.second);
      block.skip.ifPresent(all::add);
    }
    return all;
  }

  List<Dense> denses() {
    List<Dense> all = new ArrayList<>();
    for (Block block : blocks) {
      all.add(block.gate.squeeze());
      all.add(block.gate.excite());
    }
    all.add(head);
    all.add(patterns);
    return all;
  }

  /** Numbers that training changes, batch normalisation's scale and shift included. */
  int parameters() {
    int count = 0;
    for (Convolution c : convolutions()) {
      count += c.out() * (c.in() * c.kernel() * c.kernel() + 2);
    }
    for (Dense d : denses()) {
      count += d.out() * (d.in() + 1);
    }
    return count;
  }

  int classes() {
    return head.out();
  }

  int patterns() {
    return patterns.out();
  }

  /** Length of the embedding. */
  int channels() {
    return head.in();
  }

  /** Planes of the input. */
  int inputPlanes() {
    return stem.in();
  }

  private record Block(
      Convolution first, Convolution second, Optional<Convolution> skip, Gate gate) {
    static Block of(String name, int in, int out, int stride) {
      boolean sameShape = in == out && stride == 1;
      return new Block(
          new Convolution(name + ".first", in, out, 3, stride),
          new Convolution(name + ".second", out, out, 3, 1),
          sameShape
              ? Optional.empty()
              : Optional.of(new Convolution(name + ".skip", in, out, 1, stride)),
          new Gate(name + ".gate", out, Math.max(1, out / GATE_REDUCTION)));
    }

    <T> T forward(Operations<T> operations, T input) {
      T x = operations.relu(operations.convolution(input, first));
      x = operations.gate(operations.convolution(x, second), gate);
      T past = skip.map(s -> operations.convolution(input, s)).orElse(input);
      return operations.relu(operations.add(x, past));
    }
  }
}
