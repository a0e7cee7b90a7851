package fabwafer.hub.classification;

import fabwafer.hub.HubException;
import fabwafer.protocol.Assessment;
import java.util.List;
import java.util.Optional;

/**
 * Which classifications, newest first by the wafer's time.
 *
 * @param fab only this fab's
 * @param camera only this camera's; needs the fab
 * @param fromMillis not before, milliseconds since 1970, inclusive
 * @param toMillis not after, milliseconds since 1970, inclusive
 * @param prediction only this label
 * @param pattern only wafers with this pattern, alone or among others
 * @param decision only where the model decided so
 * @param lot only wafers of this lot, compared with case
 * @param product only wafers of this product, compared with case
 * @param size only wafer maps of this size
 * @param minProbability only predictions at least this probable, 0 for all
 * @param maxProbability only predictions at most this probable, 1 for all
 * @param defectsOnly not those predicted none
 * @param after the last row the asker has: what follows it is answered
 * @param limit most rows, 1 to {@link #MAX_LIMIT}
 */
public record ClassificationQuery(
    Optional<String> fab,
    Optional<String> camera,
    long fromMillis,
    long toMillis,
    Optional<String> prediction,
    Optional<String> pattern,
    Optional<Assessment.Decision> decision,
    Optional<String> lot,
    Optional<String> product,
    Optional<MapSize> size,
    double minProbability,
    double maxProbability,
    boolean defectsOnly,
    Optional<Cursor> after,
    int limit) {
  /** Most rows of one page. */
  public static final int MAX_LIMIT = 1_000;

  public ClassificationQuery {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new HubException("limit must be 1 to %d, got %d".formatted(MAX_LIMIT, limit));
    }
    if (camera.isPresent() && fab.isEmpty()) {
      throw new HubException("camera needs its fab");
    }
  }

  /** Every classification, from the newest on. */
  public static ClassificationQuery newest(int limit) {
    return new ClassificationQuery(
        Optional.empty(),
        Optional.empty(),
        0,
        Long.MAX_VALUE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        1,
        false,
        Optional.empty(),
        limit);
  }

  /** The same wafers, from another place on. */
  public ClassificationQuery from(Optional<Cursor> place, int rows) {
    return with(fab, camera, lot, place, rows);
  }

  /** Those of one fab alone; of every fab where it is empty. */
  public ClassificationQuery ofFab(Optional<String> one) {
    return with(one, Optional.empty(), lot, after, limit);
  }

  /** Those of one lot alone. */
  public ClassificationQuery ofLot(String one) {
    return with(fab, camera, Optional.of(one), after, limit);
  }

  private ClassificationQuery with(
      Optional<String> otherFab,
      Optional<String> otherCamera,
      Optional<String> otherLot,
      Optional<Cursor> place,
      int rows) {
    return new ClassificationQuery(
        otherFab,
        otherCamera,
        fromMillis,
        toMillis,
        prediction,
        pattern,
        decision,
        otherLot,
        product,
        size,
        minProbability,
        maxProbability,
        defectsOnly,
        place,
        rows);
  }

  /** Whether it asks for some probabilities only, which no index finds. */
  boolean narrowsProbability() {
    return minProbability > 0 || maxProbability < 1;
  }

  /**
   * A place in the order of classifications: timestamp, then imgid, both descending. Every row has
   * its own, so that paging drops none and repeats none, whatever arrives between two pages.
   */
  public record Cursor(long timestampMillis, String imgid) {
    private static final char SEPARATOR = '.';

    /** The cursor that {@link #toString} wrote; {@link HubException} if the text is none. */
    public static Cursor parse(String text) {
      int separator = text.indexOf(SEPARATOR);
      try {
        if (separator > 0 && separator < text.length() - 1) {
          return new Cursor(
              Long.parseLong(text.substring(0, separator)), text.substring(separator + 1));
        }
      } catch (NumberFormatException e) {
        throw new HubException("cursor is none that this hub gave out", e);
      }
      throw new HubException("cursor is none that this hub gave out");
    }

    @Override
    public String toString() {
      return timestampMillis + "" + SEPARATOR + imgid;
    }
  }

  /** The rows of one page, and where to go on; no cursor: that was all. */
  public record Page(List<Classification> rows, Optional<Cursor> next) {}
}
