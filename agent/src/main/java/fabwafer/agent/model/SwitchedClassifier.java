package fabwafer.agent.model;

import fabwafer.agent.WaferClassifier;
import fabwafer.agent.model.LoadedModels.Loaded;
import fabwafer.protocol.model.ModelReport.Counts;
import fabwafer.wafer.WaferMap;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * One camera's classifier, whose model can be changed between two wafers: whoever asks meanwhile
 * waits the time of one wafer and is answered. While a new model is on probation, the one before
 * sees its wafers too, and answers where the new one fails.
 */
final class SwitchedClassifier implements WaferClassifier {
  private final ReadWriteLock switching = new ReentrantReadWriteLock();
  private Loaded current;
  private Optional<Loaded> before = Optional.empty();
  private Tally tally = new Tally(0);
  private boolean closed;

  /** Starts with a model, which is closed with this. */
  SwitchedClassifier(Loaded first) {
    this.current = first;
  }

  /**
   * Changes the model.
   *
   * @param next is loaded and was tried; closed with this
   * @param probation how many wafers the present one sees, too, before it is let go
   */
  void change(Loaded next, int probation) {
    Optional<Loaded> oldBefore;
    Optional<Loaded> dropped;
    switching.writeLock().lock();
    try {
      oldBefore = before;
      dropped = probation > 0 ? Optional.empty() : Optional.of(current);
      before = probation > 0 ? Optional.of(current) : Optional.empty();
      current = next;
      tally = new Tally(probation);
      if (closed) {
        next.close();
      }
    } finally {
      switching.writeLock().unlock();
    }
    oldBefore.ifPresent(Loaded::close);
    dropped.ifPresent(Loaded::close);
  }

  /** Lets the model before go, once it has seen enough. */
  void endProbation() {
    Optional<Loaded> ended = Optional.empty();
    switching.writeLock().lock();
    try {
      if (before.isPresent() && tally.isOver()) {
        ended = before;
        before = Optional.empty();
      }
    } finally {
      switching.writeLock().unlock();
    }
    ended.ifPresent(Loaded::close);
  }

  /** What the present model did. */
  Counts counts() {
    switching.readLock().lock();
    try {
      return tally.counts();
    } finally {
      switching.readLock().unlock();
    }
  }

  /** The present model's id. */
  String serving() {
    switching.readLock().lock();
    try {
      return current.id();
    } finally {
      switching.readLock().unlock();
    }
  }

  @Override
  public Answer classify(WaferMap wafer, byte[] image) {
    switching.readLock().lock();
    try {
      long start = System.nanoTime();
      Answer answer;
      try {
        answer = current.asked().classify(wafer, image);
      } catch (RuntimeException e) {
        tally.failed();
        if (before.isEmpty() || closed) {
          throw e;
        }
        return before.get().asked().classify(wafer, image);
      }
      tally.answered(System.nanoTime() - start);
      compare(answer, wafer, image);
      return answer;
    } finally {
      switching.readLock().unlock();
    }
  }

  private void compare(Answer answer, WaferMap wafer, byte[] image) {
    if (before.isEmpty() || !tally.mayCompare()) {
      return;
    }
    try {
      long start = System.nanoTime();
      Answer other = before.get().asked().classify(wafer, image);
      tally.compared(!other.label().equals(answer.label()), System.nanoTime() - start);
    } catch (RuntimeException e) {
      // The new model answered: that the one before fails is no reason to doubt it.
      tally.compared(false, 0);
    }
  }

  @Override
  public Optional<String> model() {
    return Optional.of(serving());
  }

  @Override
  public void close() {
    switching.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        current.close();
        before.ifPresent(Loaded::close);
      }
    } finally {
      switching.writeLock().unlock();
    }
  }
}
