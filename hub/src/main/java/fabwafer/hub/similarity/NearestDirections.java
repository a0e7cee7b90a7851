package fabwafer.hub.similarity;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Directions of one length in memory, and the search for those nearest to one by looking at each:
 * docs/decisions/similarity.md says why. The oldest go where there are too many. Safe on any
 * thread.
 */
final class NearestDirections {
  /** Directions of one piece of memory: what goes at a time when the oldest go. */
  static final int BLOCK = 4_096;

  private final int length;
  private final int limit;
  private final Deque<Block> blocks = new ArrayDeque<>();
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private int count;

  /**
   * Holds none yet.
   *
   * @param length features of each
   * @param limit about how many are held at most
   */
  NearestDirections(int length, int limit) {
    this.length = length;
    this.limit = limit;
  }

  /** One that was found, by its id. */
  record Found(long id, double cosine) {}

  private static final class Block {
    private final byte[] features;
    private final long[] ids = new long[BLOCK];
    private final double[] norms = new double[BLOCK];
    private int used;

    private Block(int length) {
      this.features = new byte[BLOCK * length];
    }
  }

  /** Adds one; another length than the others' is refused. */
  void add(long id, Direction direction) {
    if (direction.length() != length) {
      throw new IllegalArgumentException(
          "expected %d features, got %d".formatted(length, direction.length()));
    }
    lock.writeLock().lock();
    try {
      Block last = blocks.peekLast();
      if (last == null || last.used == BLOCK) {
        last = new Block(length);
        blocks.addLast(last);
        if (count + BLOCK > limit && blocks.size() > 2) {
          count -= blocks.removeFirst().used;
        }
      }
      direction.copyTo(last.features, last.used * length);
      last.ids[last.used] = id;
      last.norms[last.used] = direction.norm();
      last.used++;
      count++;
    } finally {
      lock.writeLock().unlock();
    }
  }

  int count() {
    lock.readLock().lock();
    try {
      return count;
    } finally {
      lock.readLock().unlock();
    }
  }

  /** The nearest ones, the nearest first; of equally near ones the later added. */
  List<Found> nearest(Direction to, int most, double atLeast) {
    Comparator<Found> farthestFirst =
        Comparator.comparingDouble(Found::cosine).thenComparingLong(Found::id);
    PriorityQueue<Found> nearest = new PriorityQueue<>(farthestFirst);
    lock.readLock().lock();
    try {
      for (Block block : blocks) {
        for (int i = 0; i < block.used; i++) {
          double cosine = to.cosine(block.features, i * length, block.norms[i]);
          if (cosine >= atLeast) {
            Found least = nearest.size() < most ? null : nearest.peek();
            if (least == null) {
              nearest.add(new Found(block.ids[i], cosine));
            } else if (cosine >= least.cosine) {
              nearest.add(new Found(block.ids[i], cosine));
              nearest.poll();
            }
          }
        }
      }
    } finally {
      lock.readLock().unlock();
    }
    List<Found> sorted = new ArrayList<>(nearest);
    sorted.sort(farthestFirst.reversed());
    return sorted;
  }
}
