package fabwafer.bench;

import fabwafer.hub.database.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Fills a hub's database with rows alone, by SQL in bulk: classifications without images, with all
 * tables that the hub would have kept of them. Their places for followers lie before the first, so
 * that a hub on them does not begin to follow millions of wafers.
 */
final class QueryRows implements AutoCloseable {
  /** The end of the last day, 2026-11-23T00:00:00Z. */
  static final long END = 1_795_392_000_000L;

  static final int DAYS = 90;
  static final int LOT_WAFERS = 25;
  static final String[][] CAMERAS = {
    {"faba", "camera1"},
    {"faba", "camera2"},
    {"faba", "camera3"},
    {"fabb", "camera1"},
    {"fabb", "camera2"},
    {"fabc", "camera1"}
  };
  static final String[] PRODUCTS = {"P-26", "P-30", "P-36", "P-52", "P-60"};
  static final String[] LABELS = {
    "Edge-Ring", "Edge-Loc", "Center", "Loc", "Scratch", "Random", "Donut", "Near-full"
  };

  private static final double[] WEIGHTS = {0.379, 0.203, 0.168, 0.141, 0.047, 0.034, 0.022, 0.006};
  private static final long HOUR = 3_600_000;
  private static final int BATCH = 5_000;

  private final Connection connection;
  private final SplittableRandom random = new SplittableRandom(1);
  private final Map<List<Object>, double[]> hours = new HashMap<>();
  private final Map<List<Object>, double[]> days = new HashMap<>();

  private QueryRows(Connection connection) {
    this.connection = connection;
  }

  /** Makes the database and fills it. */
  static void fill(Path data, int rows) throws SQLException {
    Database.open(data).close();
    String url = "jdbc:sqlite:" + data.resolve(Database.FILE_NAME).toAbsolutePath();
    try (QueryRows filling = new QueryRows(DriverManager.getConnection(url))) {
      filling.fill(rows);
    }
  }

  private void fill(int rows) throws SQLException {
    execute("pragma synchronous = off", "pragma cache_size = -1000000");
    List<String> indexes = dropIndexes();
    connection.setAutoCommit(false);
    insertWafers(rows);
    insertCounts("wafer_hours", hours);
    insertCounts("wafer_days", days);
    execute(
        "insert into classification_hours (fab, camera, hour, prediction, wafers)"
            + " select fab, camera, start, prediction, sum(wafers) from wafer_hours"
            + " group by 1, 2, 3, 4",
        "insert into classification_days (fab, camera, day, prediction, wafers)"
            + " select fab, camera, start, prediction, sum(wafers) from wafer_days"
            + " group by 1, 2, 3, 4",
        // One wafer of ten waits for a review, one of ten of these by its draw.
        "insert into review_wafers (imgid, timestamp, teaches, reasons, sampled, draw, state)"
            + " select imgid, timestamp, 0.1 + 0.8 * (abs(arrival) * 7919 % 10007) / 10007.0, '[]',"
            + " abs(arrival) % 100 = 0, abs(arrival) * 2654435761 % 9223372036854775807,"
            + " 'unreviewed' from classifications where abs(arrival) % 10 = 0",
        "insert into alarms (fab, camera, pattern, state, first_seen, last_seen, wafers,"
            + " first_imgid, last_imgid, max_probability, opened, last_counted)"
            + " select fab, camera, prediction, 'resolved', timestamp, timestamp, 3, imgid, imgid,"
            + " 0.9, timestamp, timestamp from classifications where abs(arrival) % 2000 = 1"
            + " and prediction <> 'none'",
        "insert into fabs (fab, camera, first_seen, last_seen)"
            + " select fab, camera, min(hour), max(hour) from classification_hours group by 1, 2");
    connection.commit();
    for (String index : indexes) {
      execute(index);
      connection.commit();
    }
    execute("analyze");
    connection.commit();
  }

  private List<String> dropIndexes() throws SQLException {
    List<String> made = new ArrayList<>();
    List<String> names = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select name, sql from sqlite_master where type = 'index' and sql is not null"
                    + " and tbl_name = 'classifications'")) {
      while (row.next()) {
        names.add(row.getString(1));
        made.add(row.getString(2));
      }
    }
    for (String name : names) {
      execute("drop index " + name);
    }
    return made;
  }

  private void insertWafers(int rows) throws SQLException {
    try (PreparedStatement wafer =
            connection.prepareStatement(
                "insert into classifications (imgid, timestamp, fab, camera, prediction,"
                    + " probability, more, has_image, received, decision, lot, product, arrival,"
                    + " dies, failing, height, width)"
                    + " values (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, 0, 0, ?, ?)");
        PreparedStatement pattern =
            connection.prepareStatement(
                "insert into wafer_patterns (pattern, timestamp, imgid) values (?, ?, ?)");
        PreparedStatement truth =
            connection.prepareStatement(
                "insert into ground_truths (id, imgid, timestamp, fab, camera, ground_truth,"
                    + " reviewer, at) values (?, ?, ?, ?, ?, ?, 'ana', ?)");
        PreparedStatement reviewed =
            connection.prepareStatement(
                "insert into reviewed_wafers (imgid, timestamp, fab, camera, corrected, newest)"
                    + " values (?, ?, ?, ?, ?, ?)");
        PreparedStatement lot =
            connection.prepareStatement(
                "insert into lots (lot, fab, camera, product, first_seen, last_seen, wafers,"
                    + " defects, measured, dies, failing, yields, yield_squares)"
                    + " values (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0)")) {
      PreparedStatement[] all = {wafer, pattern, truth, reviewed, lot};
      long span = DAYS * 24 * HOUR;
      int defects = 0;
      long lotStart = 0;
      String[] camera = CAMERAS[0];
      String product = PRODUCTS[0];
      for (int i = 0; i < rows; i++) {
        long time = END - span + (long) ((double) span * i / rows);
        String lotName = "L%07d".formatted(i / LOT_WAFERS);
        if (i % LOT_WAFERS == 0) {
          camera = CAMERAS[random.nextInt(CAMERAS.length)];
          product = PRODUCTS[random.nextInt(PRODUCTS.length)];
          defects = 0;
          lotStart = time;
        }
        String imgid = lotName + "-" + i % LOT_WAFERS;
        boolean defect = random.nextDouble() < 0.13;
        String label = defect ? label() : "none";
        double doubt = random.nextDouble();
        double probability = 1 - doubt * doubt / 2;
        String decision = probability < 0.6 ? "review" : "accept";
        String more =
            ("{\"model\":\"synthetic\",\"lot\":\"%s\",\"wafer\":\"%s\",\"slot\":%d,"
                    + "\"product\":\"%s\",\"decision\":\"%s\"}")
                .formatted(lotName, imgid, i % LOT_WAFERS + 1, product, decision);
        add(
            wafer,
            imgid,
            time,
            camera[0],
            camera[1],
            label,
            probability,
            more,
            time + 1_000,
            decision,
            lotName,
            product,
            (long) i - rows,
            side(product),
            side(product));
        if (defect) {
          defects++;
          add(pattern, label, time, imgid);
        }
        if (random.nextDouble() < 0.02) {
          boolean corrected = random.nextDouble() < 0.1;
          add(truth, i + 1, imgid, time, camera[0], camera[1], corrected ? "Loc" : label, time);
          add(reviewed, imgid, time, camera[0], camera[1], corrected ? 1 : 0, i + 1);
        }
        count(hours, time / HOUR * HOUR, camera, product, label);
        count(days, time / (24 * HOUR) * (24 * HOUR), camera, product, label);
        if (i % LOT_WAFERS == LOT_WAFERS - 1 || i == rows - 1) {
          add(
              lot,
              lotName,
              camera[0],
              camera[1],
              product,
              lotStart,
              time,
              i % LOT_WAFERS + 1,
              defects);
        }
        if (i % BATCH == BATCH - 1 || i == rows - 1) {
          for (PreparedStatement statement : all) {
            statement.executeBatch();
          }
        }
        if (i % 500_000 == 499_999) {
          connection.commit();
          System.err.printf("queries: %,d of %,d rows%n", i + 1, rows);
        }
      }
      connection.commit();
    }
  }

  private void insertCounts(String table, Map<List<Object>, double[]> counts) throws SQLException {
    try (PreparedStatement row =
        connection.prepareStatement(
            ("insert into %s (start, fab, camera, product, prediction, wafers, measured, dies,"
                    + " failing, yields, yield_squares) values (?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0)")
                .formatted(table))) {
      int waiting = 0;
      for (Map.Entry<List<Object>, double[]> entry : counts.entrySet()) {
        List<Object> key = entry.getKey();
        add(
            row,
            key.get(0),
            key.get(1),
            key.get(2),
            key.get(3),
            key.get(4),
            (long) entry.getValue()[0]);
        if (++waiting % BATCH == 0) {
          row.executeBatch();
        }
      }
      row.executeBatch();
    }
  }

  private static void count(
      Map<List<Object>, double[]> counts,
      long start,
      String[] camera,
      String product,
      String label) {
    counts
        .computeIfAbsent(
            List.of(start, camera[0], camera[1], product, label), key -> new double[1])[0]++;
  }

  /** Dies along a side of a product's wafer maps. */
  static int side(String product) {
    return Integer.parseInt(product.substring(2));
  }

  private String label() {
    double left = random.nextDouble();
    for (int i = 0; i < WEIGHTS.length; i++) {
      left -= WEIGHTS[i];
      if (left < 0) {
        return LABELS[i];
      }
    }
    return LABELS[0];
  }

  private static void add(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    statement.addBatch();
  }

  private void execute(String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String text : statements) {
        statement.execute(text);
      }
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
