package fabwafer.hub.pattern;

import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.database.Database;
import fabwafer.hub.pattern.Clustering.Cluster;
import fabwafer.hub.similarity.Direction;
import fabwafer.hub.similarity.Embeddings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The clusters among the wafers that fit no pattern now; made when they are asked for, and kept
 * while these are the same. Safe on any thread: one makes them, the others wait.
 */
final class Clusters {
  /**
   * Wafers that are clustered, the newest: the time grows with their square, and of 1,500 it took
   * 1.3 s.
   */
  static final int MOST_CLUSTERED = 2_000;

  private final Database database;
  private final Embeddings embeddings;
  private @Nullable Found kept;

  Clusters(Database database, Embeddings embeddings) {
    this.database = database;
    this.embeddings = embeddings;
  }

  /**
   * What was found.
   *
   * @param wafers how many were clustered
   */
  record Found(String model, List<Cursor> of, int wafers, List<Cluster> clusters) {}

  synchronized Found by(String model) {
    List<Cursor> unfitting =
        database.read(handle -> PatternRows.unfitting(handle, Patterns.UNKNOWN, MOST_CLUSTERED));
    Found before = kept;
    if (before != null && before.model.equals(model) && before.of.equals(unfitting)) {
      return before;
    }
    Map<Cursor, Direction> seen = embeddings.of(model, unfitting);
    Found found = new Found(model, unfitting, seen.size(), Clustering.of(seen));
    kept = found;
    return found;
  }
}
