package fabwafer.training;

import fabwafer.classifier.Preprocessing;
import fabwafer.training.Composition.Drawn;
import fabwafer.training.EpochPlan.Sample;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.Turn;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Turns, composes, encodes and distorts wafers on a thread of its own, a few batches ahead, so that
 * the network never waits. Batches come in order; their buffers are used again once {@link #release
 * given back}. For one consumer thread.
 */
final class BatchLoader implements AutoCloseable {
  /** Batches ready or in the making: one being used, some ahead. */
  private static final int BUFFERS = 4;

  private final List<LabelledWafer> wafers;
  private final List<Sample> samples;
  private final int batch;
  private final Preprocessing preprocessing;
  private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(BUFFERS);
  private final BlockingQueue<Loaded> ready = new ArrayBlockingQueue<>(BUFFERS);
  private final Thread thread;
  private final Distortion distortion;
  private final byte[] planes;
  private final byte[] distorted;

  sealed interface Loaded permits Batch, Failed {}

  /**
   * Encoded wafers.
   *
   * @param inputs shape [size, side, side, planes], unsigned: channels last, as the engine computes
   *     fastest
   * @param from position in the order of the first of them
   * @param shown the patterns that can be seen on each; empty for none
   */
  record Batch(ByteBuffer inputs, int from, List<Set<DefectPattern>> shown) implements Loaded {
    int size() {
      return shown.size();
    }
  }

  record Failed(Throwable cause) implements Loaded {}

  /**
   * Starts to load.
   *
   * @param plan which of {@code wafers}, in which order and turn
   */
  BatchLoader(List<LabelledWafer> wafers, EpochPlan plan, int batch, Preprocessing preprocessing) {
    this.wafers = wafers;
    this.samples = plan.samples();
    this.batch = batch;
    this.preprocessing = preprocessing;
    this.distortion = new Distortion(preprocessing.side());
    this.planes = new byte[preprocessing.inputLength()];
    this.distorted = new byte[preprocessing.inputLength()];
    for (int i = 0; i < BUFFERS; i++) {
      free.add(ByteBuffer.allocateDirect(batch * preprocessing.inputLength()));
    }
    this.thread = Thread.ofPlatform().daemon().name("batch-loader").start(this::load);
  }

  /** The next batch; call once for each that the order holds. */
  Batch next() {
    try {
      return switch (ready.take()) {
        case Batch loaded -> loaded;
        case Failed failed -> throw new TrainingException("a batch failed to load", failed.cause);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrainingException("training was interrupted", e);
    }
  }

  /** Gives a batch's buffer back. */
  void release(Batch used) {
    free.add(used.inputs());
  }

  /** Stops loading. */
  @Override
  public void close() {
    thread.interrupt();
  }

  private void load() {
    try {
      for (int from = 0; from < samples.size(); from += batch) {
        ByteBuffer inputs = free.take().clear();
        int size = Math.min(batch, samples.size() - from);
        List<Set<DefectPattern>> shown = new ArrayList<>(size);
        for (int i = from; i < from + size; i++) {
          shown.add(encode(samples.get(i), inputs));
        }
        ready.put(new Batch(inputs.flip(), from, shown));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | OutOfMemoryError e) {
      // The queue has room: there are never more batches than buffers.
      ready.add(new Failed(e));
    }
  }

  private Set<DefectPattern> encode(Sample sample, ByteBuffer inputs) {
    Drawn drawn =
        sample.composition() == null
            ? new Drawn(
                turned(sample.wafer(), sample.turn()), wafers.get(sample.wafer()).patterns())
            : composed(sample.composition());
    put(drawn.wafer(), sample.distortion(), inputs);
    return drawn.shown();
  }

  private void put(WaferMap wafer, long distorting, ByteBuffer inputs) {
    preprocessing.encode(wafer, planes, 0);
    byte[] encoded = planes;
    if (distorting != 0) {
      distortion.apply(planes, distorted, distorting);
      encoded = distorted;
    }
    int cells = encoded.length / Preprocessing.PLANES;
    for (int cell = 0; cell < cells; cell++) {
      for (int plane = 0; plane < Preprocessing.PLANES; plane++) {
        inputs.put(encoded[plane * cells + cell]);
      }
    }
  }

  private Drawn composed(Composition composition) {
    return composition.draw(
        composition.layers().stream().map(layer -> turned(layer.wafer(), layer.turn())).toList());
  }

  private WaferMap turned(int wafer, Turn turn) {
    WaferMap asItLies = wafers.get(wafer).wafer();
    return turn == Turn.IDENTITY ? asItLies : asItLies.turned(turn);
  }
}
