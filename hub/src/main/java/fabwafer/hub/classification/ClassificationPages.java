package fabwafer.hub.classification;

import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.classification.ClassificationQuery.Page;
import fabwafer.hub.database.Database;
import fabwafer.protocol.Assessment;
import fabwafer.wafer.DefectPattern;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pages of classifications, the newest first. One condition leads: its index is walked in the order
 * of the page, from the cursor on. What else is asked for is held against a bounded number of the
 * rows that it leads to, so that no page takes long where few wafers of many fit.
 */
final class ClassificationPages {
  private static final String COLUMNS = ClassificationRows.COLUMNS;

  /** Rows that are held against further conditions for one page. */
  static final int MAX_LOOKED_AT = 10_000;

  /** The same where each row must be fetched by its key from another place of the table. */
  static final int MAX_FETCHED = 4_000;

  private static final String ORDER = " order by timestamp desc, imgid desc limit ";

  private final Database database;

  ClassificationPages(Database database) {
    this.database = database;
  }

  /** The page that follows the query's cursor. */
  Page page(ClassificationQuery query) {
    Conditions leading = place(query);
    Conditions further = new Conditions();
    Map<String, Condition> asked = asked(query);
    Optional<String> lead = asked.keySet().stream().findFirst();
    asked.forEach(
        (name, condition) -> {
          boolean leads = lead.filter(name::equals).isPresent();
          Conditions where = leads ? leading : further;
          where.add(leads ? condition.leading : condition.further);
          condition.bindings.forEach(where::bind);
        });
    if (query.defectsOnly()) {
      further.add("prediction <> :none", "none", DefectPattern.NONE.label());
    }
    if (query.narrowsProbability()) {
      further.add("probability >= :min", "min", query.minProbability());
      further.add("probability <= :max", "max", query.maxProbability());
    }
    boolean byPattern = lead.filter("pattern"::equals).isPresent();
    // SQLite keeps the order of a cross join: a pattern's own list is walked, and each of its
    // wafers fetched.
    String from =
        byPattern
            ? "wafer_patterns cross join classifications using (imgid, timestamp)"
            : "classifications";
    return further.isEmpty()
        ? pageOf(from, leading, query.limit())
        : pageOfSome(
            from, leading, further, query.limit(), byPattern ? MAX_FETCHED : MAX_LOOKED_AT);
  }

  /** The newest rows that fit. */
  Page pageOf(String from, Conditions where, int limit) {
    // One row more than asked for tells whether there is a next page.
    String sql =
        "select " + COLUMNS + " from " + from + " where " + where.sql() + ORDER + (limit + 1);
    List<Classification> rows =
        database.read(
            handle ->
                where
                    .bindTo(handle.createQuery(sql))
                    .map((row, context) -> ClassificationRows.read(row))
                    .list());
    if (rows.size() <= limit) {
      return new Page(rows, Optional.empty());
    }
    Classification last = rows.get(limit - 1);
    return new Page(
        List.copyOf(rows.subList(0, limit)),
        Optional.of(new Cursor(last.timestampMillis(), last.imgid())));
  }

  /** A page may hold fewer than asked for where few of many fit. */
  private Page pageOfSome(
      String from, Conditions leading, Conditions further, int limit, int mostLookedAt) {
    // SQLite hands on the rows of a limited subquery in its order, one by one, and stops at the
    // page's end; ordered once more, all would be looked at for every page.
    String lookedAt =
        " from (select %s, decision, lot, product, height, width from %s where %s%s%d) as seen"
            .formatted(COLUMNS, from, leading.sql(), ORDER, mostLookedAt);
    String rows =
        "select %s%s where %s limit %d".formatted(COLUMNS, lookedAt, further.sql(), limit);
    String last =
        "select timestamp, imgid from %s where %s%s1 offset %d"
            .formatted(from, leading.sql(), ORDER, mostLookedAt - 1);
    return database.read(
        handle -> {
          List<Classification> found =
              further
                  .bindTo(leading.bindTo(handle.createQuery(rows)))
                  .map((row, context) -> ClassificationRows.read(row))
                  .list();
          if (found.size() == limit) {
            Classification end = found.getLast();
            return new Page(found, Optional.of(new Cursor(end.timestampMillis(), end.imgid())));
          }
          Optional<Cursor> next =
              leading
                  .bindTo(handle.createQuery(last))
                  .map(
                      (row, context) ->
                          new Cursor(row.getLong("timestamp"), row.getString("imgid")))
                  .findOne();
          return new Page(found, next);
        });
  }

  /** The times and the cursor, which every index narrows by. */
  private static Conditions place(ClassificationQuery query) {
    Conditions where = new Conditions();
    where.add("timestamp >= :from", "from", query.fromMillis());
    where.add("timestamp <= :to", "to", query.toMillis());
    query.after().ifPresent(cursor -> addAfter(where, cursor));
    return where;
  }

  static void addAfter(Conditions where, Cursor cursor) {
    where.add(
        "(timestamp, imgid) < (:after_timestamp, :after_imgid)",
        "after_timestamp",
        cursor.timestampMillis());
    where.bind("after_imgid", cursor.imgid());
  }

  /** A condition as SQL, where it leads and where it is one of the further ones. */
  private record Condition(String leading, String further, Map<String, Object> bindings) {
    Condition(String text, Map<String, Object> bindings) {
      this(text, text, bindings);
    }
  }

  /** What is asked for beside the time, what few wafers fit first. */
  private static Map<String, Condition> asked(ClassificationQuery query) {
    Map<String, Condition> asked = new LinkedHashMap<>();
    query.lot().ifPresent(lot -> put(asked, "lot", lot));
    query
        .pattern()
        .map(DefectPattern::canonicalLabel)
        .ifPresent(
            label ->
                asked.put(
                    "pattern",
                    new Condition(
                        "pattern = :pattern",
                        "exists (select 1 from wafer_patterns p where p.pattern = :pattern"
                            + " and p.timestamp = seen.timestamp and p.imgid = seen.imgid)",
                        Map.of("pattern", label))));
    Optional<String> prediction = query.prediction().map(DefectPattern::canonicalLabel);
    boolean ofDefect = prediction.filter(label -> !isNone(label)).isPresent();
    prediction.filter(label -> ofDefect).ifPresent(label -> put(asked, "prediction", label));
    query
        .size()
        .ifPresent(
            size ->
                asked.put(
                    "size",
                    new Condition(
                        "height = :height and width = :width",
                        Map.of("height", size.height(), "width", size.width()))));
    query.product().ifPresent(product -> put(asked, "product", product));
    query.decision().map(Assessment.Decision::word).ifPresent(word -> put(asked, "decision", word));
    query
        .fab()
        .ifPresent(
            fab ->
                asked.put(
                    "place",
                    query
                        .camera()
                        .map(
                            camera ->
                                new Condition(
                                    "fab = :fab and camera = :camera",
                                    Map.of("fab", fab, "camera", camera)))
                        .orElseGet(() -> new Condition("fab = :fab", Map.of("fab", fab)))));
    prediction.filter(label -> !ofDefect).ifPresent(label -> put(asked, "prediction", label));
    return asked;
  }

  private static boolean isNone(String label) {
    return label.equals(DefectPattern.NONE.label());
  }

  private static void put(Map<String, Condition> asked, String column, String value) {
    asked.put(column, new Condition(column + " = :" + column, Map.of(column, value)));
  }
}
