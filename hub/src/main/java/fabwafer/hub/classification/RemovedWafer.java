package fabwafer.hub.classification;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * A classification that was removed, and what was measured of it.
 *
 * @param measured empty where no follower had measured it yet
 */
public record RemovedWafer(Classification wafer, Optional<Dies> measured) {
  /** Its dies, 0 where they were unknown. */
  public record Dies(long all, long failing) {}

  /**
   * Removes classifications and what was counted of them by hour and day, in the caller's
   * transaction.
   *
   * @param condition on the row {@code old} of classifications, with the parameter {@code before}
   * @param limit most of them
   */
  public static List<RemovedWafer> remove(Handle handle, String condition, long before, int limit) {
    List<RemovedWafer> removed =
        handle
            .createQuery(
                "delete from classifications where (imgid, timestamp) in (select imgid, timestamp"
                    + " from classifications as old where "
                    + condition
                    + " limit :limit) returning dies, failing, "
                    + ClassificationRows.COLUMNS)
            .bind("before", before)
            .bind("limit", limit)
            .map(
                (row, context) -> {
                  long dies = row.getLong("dies");
                  Optional<Dies> measured =
                      row.wasNull()
                          ? Optional.empty()
                          : Optional.of(new Dies(dies, row.getLong("failing")));
                  return new RemovedWafer(ClassificationRows.read(row), measured);
                })
            .list();
    removed.forEach(gone -> ClassificationCounts.add(handle, gone.wafer, -1));
    return removed;
  }
}
