package fabwafer.hub.image;

import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.web.Json;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * The new pattern of a wafer: one that a person named, and that no model knows yet.
 *
 * @param pattern its id
 * @param name its name
 * @param named whether a person said so; else the hub matched it
 * @param similarity cosine to the pattern's middle
 */
public record ProvisionalPattern(long pattern, String name, boolean named, double similarity) {
  /** Who knows them. */
  @FunctionalInterface
  public interface Source {
    /** The new patterns of some wafers; those of none are left out. */
    Map<Cursor, ProvisionalPattern> of(List<Cursor> wafers);
  }

  ObjectNode json() {
    return Json.object()
        .put("pattern", pattern)
        .put("name", name)
        .put("named", named)
        .put("similarity", similarity);
  }
}
