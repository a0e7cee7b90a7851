package fabwafer.hub.analytics;

import fabwafer.hub.analytics.Baseline.Measure;
import fabwafer.hub.analytics.Baseline.Scope;
import fabwafer.hub.database.Database;
import fabwafer.hub.statistics.PChart;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** The table of baselines, which only grows. */
final class Baselines {
  /** Most versions that are listed of a scope. */
  static final int MAX_LISTED = 100;

  private static final String OF_SCOPE =
      " fab = :fab and camera = :camera and product = :product and measure = :measure"
          + " and bucket = :bucket";

  private final Database database;

  Baselines(Database database) {
    this.database = database;
  }

  /** The versions of a scope, the newest first. */
  List<Baseline> of(Scope scope) {
    return database.read(
        handle ->
            bind(
                    handle.createQuery(
                        "select * from baselines where"
                            + OF_SCOPE
                            + " order by version desc limit "
                            + MAX_LISTED),
                    scope)
                .map((row, context) -> read(row, scope))
                .list());
  }

  /** A new version, in the caller's transaction; its id and version are given here. */
  Baseline add(Handle handle, Baseline wanted) {
    long version =
        bind(
                handle.createQuery(
                    "select coalesce(max(version), 0) + 1 from baselines where" + OF_SCOPE),
                wanted.scope())
            .mapTo(Long.class)
            .one();
    long id =
        bind(
                handle.createQuery(
                    "insert into baselines (fab, camera, product, measure, bucket, version,"
                        + " from_time, to_time, points, inspected, centre, spread, made, made_by,"
                        + " comment) values (:fab, :camera, :product, :measure, :bucket, :version,"
                        + " :from, :to, :points, :inspected, :centre, :spread, :made, :made_by,"
                        + " :comment) returning id"),
                wanted.scope())
            .bind("version", version)
            .bind("from", wanted.fromMillis())
            .bind("to", wanted.toMillis())
            .bind("points", wanted.points())
            .bind("inspected", wanted.inspected())
            .bind("centre", wanted.chart().centre())
            .bind("spread", wanted.chart().spread())
            .bind("made", wanted.madeMillis())
            .bind("made_by", wanted.madeBy())
            .bind("comment", wanted.comment())
            .mapTo(Long.class)
            .one();
    return new Baseline(
        id,
        wanted.scope(),
        version,
        wanted.fromMillis(),
        wanted.toMillis(),
        wanted.points(),
        wanted.inspected(),
        wanted.chart(),
        wanted.madeMillis(),
        wanted.madeBy(),
        wanted.comment());
  }

  private static <T extends SqlStatement<T>> T bind(T statement, Scope scope) {
    Measure measure = scope.measure();
    return statement
        .bind("fab", text(scope.fab()))
        .bind("camera", text(scope.camera()))
        .bind("product", scope.product().map(name -> name.isEmpty() ? UNKNOWN : name).orElse(""))
        .bind("measure", measure.word())
        .bind("bucket", scope.bucket());
  }

  /** How the unknown product is stored: empty stands for all. */
  private static final String UNKNOWN = "\0";

  private static String text(Optional<String> name) {
    return name.orElse("");
  }

  private static Baseline read(ResultSet row, Scope scope) throws SQLException {
    return new Baseline(
        row.getLong("id"),
        scope,
        row.getLong("version"),
        row.getLong("from_time"),
        row.getLong("to_time"),
        row.getLong("points"),
        row.getLong("inspected"),
        new PChart(row.getDouble("centre"), row.getDouble("spread")),
        row.getLong("made"),
        row.getString("made_by"),
        row.getString("comment"));
  }
}
