package fabwafer.hub.pattern;

import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.database.Database;
import fabwafer.hub.image.ProvisionalPattern;
import java.util.List;
import java.util.Map;

/** Which wafers are of a new pattern that a person named. */
public final class ProvisionalPatterns implements ProvisionalPattern.Source {
  private final Database database;

  public ProvisionalPatterns(Database database) {
    this.database = database;
  }

  @Override
  public Map<Cursor, ProvisionalPattern> of(List<Cursor> wafers) {
    return wafers.isEmpty() ? Map.of() : database.read(handle -> PatternRows.of(handle, wafers));
  }
}
