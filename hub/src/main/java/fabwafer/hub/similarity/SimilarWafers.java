package fabwafer.hub.similarity;

import fabwafer.hub.classification.ClassificationQuery.Cursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The search among the embeddings of one model, the one asked for last; they are held in memory,
 * and read from the table as they are asked for. Safe on any thread.
 */
public final class SimilarWafers {
  /**
   * Wafers that are searched unless configured, the last stored: 50 MB, and
   * docs/decisions/similarity.md has what a search takes.
   */
  public static final int DEFAULT_LIMIT = 250_000;

  /** Rows that are read at a time. */
  private static final int BATCH = 10_000;

  private final Embeddings embeddings;
  private final int limit;
  private @Nullable Loaded loaded;

  /**
   * The search.
   *
   * @param limit about how many wafers are searched at most, the last stored
   */
  public SimilarWafers(Embeddings embeddings, int limit) {
    this.embeddings = embeddings;
    this.limit = limit;
  }

  /**
   * A wafer that was found.
   *
   * @param similarity cosine of the embeddings, in [-1, 1]; 1 for the same
   */
  public record Similar(Cursor wafer, double similarity) {}

  /**
   * What was found.
   *
   * @param wafers the most alike first
   * @param searched among how many
   */
  public record Answer(List<Similar> wafers, int searched) {}

  private static final class Loaded {
    private final String model;
    private final NearestDirections directions;
    private final int length;
    private long lastId;

    private Loaded(String model, int length, int limit) {
      this.model = model;
      this.length = length;
      this.directions = new NearestDirections(length, limit);
    }
  }

  /**
   * The wafers most alike.
   *
   * @param self a wafer to leave out
   * @param most how many at most
   * @param atLeast only those at least as alike
   */
  public Answer nearest(
      String model, Direction to, Optional<Cursor> self, int most, double atLeast) {
    NearestDirections directions = upToDate(model, to.length());
    // One more, as the wafer itself may be among them.
    List<NearestDirections.Found> found = directions.nearest(to, most + 1, atLeast);
    Map<Long, Cursor> wafers =
        embeddings.wafers(found.stream().map(NearestDirections.Found::id).toList());
    List<Similar> similar = new ArrayList<>();
    for (NearestDirections.Found each : found) {
      Cursor wafer = wafers.get(each.id());
      if (wafer != null && similar.size() < most && !self.equals(Optional.of(wafer))) {
        similar.add(new Similar(wafer, each.cosine()));
      }
    }
    return new Answer(similar, directions.count());
  }

  /** What is in memory, with all that was stored since. */
  private synchronized NearestDirections upToDate(String model, int length) {
    Loaded now = loaded;
    if (now == null || !now.model.equals(model) || now.length != length || !addNewest(now)) {
      now = new Loaded(model, length, limit);
      fill(now);
      loaded = now;
    }
    return now.directions;
  }

  /** The last stored of the table, in their order. */
  private void fill(Loaded to) {
    List<List<Embeddings.Row>> pages = new ArrayList<>();
    long below = Long.MAX_VALUE;
    int rows = 0;
    List<Embeddings.Row> page;
    do {
      page = embeddings.newest(to.model, 0, below, BATCH);
      pages.add(page);
      rows += page.size();
      below = page.isEmpty() ? below : page.getLast().id();
    } while (page.size() == BATCH && rows < limit);
    pages.reversed().forEach(each -> add(to, each));
  }

  /** False where more came than one page holds: then all is to be read anew, bounded. */
  private boolean addNewest(Loaded to) {
    List<Embeddings.Row> page = embeddings.newest(to.model, to.lastId, Long.MAX_VALUE, BATCH);
    add(to, page);
    return page.size() < BATCH;
  }

  private static void add(Loaded to, List<Embeddings.Row> newestFirst) {
    for (Embeddings.Row row : newestFirst.reversed()) {
      to.lastId = Math.max(to.lastId, row.id());
      if (row.direction().length() == to.length) {
        to.directions.add(row.id(), row.direction());
      }
    }
  }
}
