package fabwafer.agent.model;

import fabwafer.agent.LocalClassifier;
import fabwafer.classifier.Classifier;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Models that are open. Several cameras that use the same one share it. Safe on any thread: lanes
 * close theirs while the models' thread opens others.
 */
final class LoadedModels {
  private static final class Entry {
    private final Classifier classifier;
    private int users;

    private Entry(Classifier classifier) {
      this.classifier = classifier;
    }
  }

  private final Map<Path, Entry> open = new HashMap<>();

  /** A model in use by one; closed once, when that one does not need it any more. */
  final class Loaded implements AutoCloseable {
    private final Path folder;
    private final Classifier classifier;
    private final LocalClassifier asked;
    private boolean closed;

    private Loaded(Path folder, Classifier classifier) {
      this.folder = folder;
      this.classifier = classifier;
      this.asked = LocalClassifier.of(classifier);
    }

    Classifier classifier() {
      return classifier;
    }

    /** The model as lanes ask it. */
    LocalClassifier asked() {
      return asked;
    }

    String id() {
      return classifier.card().id();
    }

    @Override
    public void close() {
      synchronized (LoadedModels.this) {
        if (!closed) {
          closed = true;
          release(folder);
        }
      }
    }
  }

  /**
   * Opens a model, or joins those that use it.
   *
   * @throws fabwafer.classifier.ClassifierException if it does not run
   */
  synchronized Loaded open(Path folder) {
    Entry entry = open.get(folder);
    if (entry == null) {
      entry = new Entry(Classifier.open(folder));
      open.put(folder, entry);
    }
    entry.users++;
    return new Loaded(folder, entry.classifier);
  }

  private void release(Path folder) {
    Entry entry = open.get(folder);
    if (entry != null && --entry.users == 0) {
      open.remove(folder);
      entry.classifier.close();
    }
  }
}
