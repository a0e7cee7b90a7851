package fabwafer.hub.analytics;

import fabwafer.hub.HubException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * Which wafers a chart is of.
 *
 * @param fab only this fab's
 * @param camera only this camera's; needs the fab
 * @param product only of this product; empty text: those whose product is unknown
 * @param lot only this lot's, whenever it was seen: then the times are of no account
 * @param fromMillis from the hour or day on in which this is, milliseconds since 1970
 * @param toMillis up to and with the hour or day in which this is, milliseconds since 1970
 */
public record Selection(
    Optional<String> fab,
    Optional<String> camera,
    Optional<String> product,
    Optional<String> lot,
    long fromMillis,
    long toMillis) {
  static final long HOUR = Duration.ofHours(1).toMillis();
  static final long DAY = Duration.ofDays(1).toMillis();

  /** Longer times are counted by whole days. */
  private static final long LONGEST_BY_HOUR = 7 * DAY;

  public Selection {
    if (camera.isPresent() && fab.isEmpty()) {
      throw new HubException("camera needs its fab");
    }
    if (fromMillis > toMillis) {
      throw new HubException(
          "the time must not end before it begins, got %d to %d".formatted(fromMillis, toMillis));
    }
  }

  /** Whether it is counted by days. */
  boolean isByDay() {
    return toMillis - fromMillis > LONGEST_BY_HOUR;
  }

  /** A condition of SQL, and what its parameters stand for. */
  record Condition(String sql, Map<String, Object> bindings) {
    <T extends SqlStatement<T>> T bindTo(T statement) {
      return statement.bindMap(bindings);
    }
  }

  /** The condition of the rows of a table by time with the column {@code start}. */
  Condition byTime(long width) {
    Map<String, Object> bindings = new TreeMap<>();
    List<String> texts = new ArrayList<>(List.of("start >= :from", "start <= :to"));
    bindings.put("from", Math.floorDiv(fromMillis, width) * width);
    bindings.put("to", toMillis);
    addPlace(texts, bindings);
    return new Condition(String.join(" and ", texts), bindings);
  }

  /** The condition of the rows of a table by lot. */
  Condition byLot() {
    Map<String, Object> bindings = new TreeMap<>();
    List<String> texts = new ArrayList<>();
    lot.ifPresent(
        name -> {
          texts.add("lot = :lot");
          bindings.put("lot", name);
        });
    if (lot.isEmpty()) {
      texts.add("last_seen >= :from and last_seen <= :to");
      bindings.put("from", fromMillis);
      bindings.put("to", toMillis);
    }
    addPlace(texts, bindings);
    return new Condition(String.join(" and ", texts), bindings);
  }

  /** The condition of a lot's wafers themselves; those that no follower saw yet are left out. */
  Condition wafersOfLot() {
    Map<String, Object> bindings = new TreeMap<>();
    List<String> texts = new ArrayList<>(List.of("lot = :lot", "dies is not null"));
    bindings.put("lot", lot.orElseThrow());
    add("fab", fab, texts, bindings);
    add("camera", camera, texts, bindings);
    product.ifPresent(
        name -> {
          texts.add("coalesce(product, '') = :product");
          bindings.put("product", name);
        });
    return new Condition(String.join(" and ", texts), bindings);
  }

  private void addPlace(List<String> texts, Map<String, Object> bindings) {
    add("fab", fab, texts, bindings);
    add("camera", camera, texts, bindings);
    add("product", product, texts, bindings);
  }

  private static void add(
      String column, Optional<String> value, List<String> texts, Map<String, Object> bindings) {
    value.ifPresent(
        text -> {
          texts.add(column + " = :" + column);
          bindings.put(column, text);
        });
  }
}
