package fabwafer.hub.rule;

import fabwafer.hub.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The tables of rules and of their versions. Safe on any thread. */
final class RuleStore {
  /** Most rules: each is judged at each wafer. */
  static final int MAX_RULES = 100;

  /** Most versions of a rule that are answered, the newest first. */
  static final int MAX_VERSIONS = 500;

  private final Database database;
  private volatile Known known = new Known(-1, List.of());

  RuleStore(Database database) {
    this.database = database;
  }

  /** The rules as they were after a change of the table of versions. */
  private record Known(long change, List<RuleRun> rules) {}

  /**
   * A version of a rule.
   *
   * @param changedBy who made it; empty: the hub, of its settings
   * @param note why, as the person said
   */
  record Version(
      RuleRun run, long changedMillis, Optional<String> changedBy, Optional<String> note) {}

  /** The rules as the transaction sees them. */
  List<RuleRun> rules(Handle handle) {
    long change =
        handle
            .createQuery("select coalesce(max(id), 0) from alarm_rule_versions")
            .mapTo(Long.class)
            .one();
    Known last = known;
    if (last.change == change) {
      return last.rules;
    }
    List<RuleRun> rules = all(handle).stream().map(Version::run).toList();
    known = new Known(change, rules);
    return rules;
  }

  /** The rules with who changed them last, by id. */
  List<Version> all() {
    return database.read(RuleStore::all);
  }

  /** The versions of a rule, the newest first. */
  List<Version> versions(long id) {
    return database.read(handle -> versions(handle, id));
  }

  static List<Version> versions(Handle handle, long id) {
    return handle
        .createQuery(
            "select rule as id, version, definition, changed, changed_by, note"
                + " from alarm_rule_versions where rule = :id order by version desc"
                + " limit :limit")
        .bind("id", id)
        .bind("limit", MAX_VERSIONS)
        .map((row, context) -> read(row))
        .list();
  }

  /** Adds a rule in the caller's transaction. */
  Version add(
      Handle handle, Rule rule, @Nullable String by, Optional<String> note, long nowMillis) {
    long id =
        handle
            .createQuery(
                "insert into alarm_rules (version, definition, changed, changed_by)"
                    + " values (1, :definition, :now, :by) returning id")
            .bind("definition", RuleJson.text(rule))
            .bind("now", nowMillis)
            .bind("by", by)
            .mapTo(Long.class)
            .one();
    RuleRun run = new RuleRun(id, 1, rule);
    insertVersion(handle, run, by, note, nowMillis);
    return new Version(run, nowMillis, Optional.ofNullable(by), note);
  }

  /** Gives a rule its next version in the caller's transaction. */
  Version change(
      Handle handle,
      RuleRun last,
      Rule rule,
      @Nullable String by,
      Optional<String> note,
      long nowMillis) {
    RuleRun run = new RuleRun(last.id(), last.version() + 1, rule);
    handle
        .createUpdate(
            "update alarm_rules set version = :version, definition = :definition, changed = :now,"
                + " changed_by = :by where id = :id")
        .bind("version", run.version())
        .bind("definition", RuleJson.text(rule))
        .bind("now", nowMillis)
        .bind("by", by)
        .bind("id", run.id())
        .execute();
    insertVersion(handle, run, by, note, nowMillis);
    return new Version(run, nowMillis, Optional.ofNullable(by), note);
  }

  /** Whether a person ever made a version of a rule. */
  static boolean isEdited(Handle handle, long id) {
    return handle
        .createQuery(
            "select exists (select 1 from alarm_rule_versions where rule = :id"
                + " and changed_by is not null)")
        .bind("id", id)
        .mapTo(Boolean.class)
        .one();
  }

  private static void insertVersion(
      Handle handle, RuleRun run, @Nullable String by, Optional<String> note, long nowMillis) {
    handle
        .createUpdate(
            "insert into alarm_rule_versions (rule, version, definition, changed, changed_by,"
                + " note) values (:rule, :version, :definition, :now, :by, :note)")
        .bind("rule", run.id())
        .bind("version", run.version())
        .bind("definition", RuleJson.text(run.rule()))
        .bind("now", nowMillis)
        .bind("by", by)
        .bind("note", note.orElse(null))
        .execute();
  }

  static List<Version> all(Handle handle) {
    return handle
        .createQuery(
            "select rules.*, versions.note from alarm_rules rules"
                + " join alarm_rule_versions versions on versions.rule = rules.id"
                + " and versions.version = rules.version order by rules.id")
        .map((row, context) -> read(row))
        .list();
  }

  private static Version read(ResultSet row) throws SQLException {
    return new Version(
        new RuleRun(
            row.getLong("id"), row.getLong("version"), RuleJson.parse(row.getString("definition"))),
        row.getLong("changed"),
        Optional.ofNullable(row.getString("changed_by")),
        Optional.ofNullable(row.getString("note")));
  }
}
