package fabwafer.hub.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.classifier.ModelCard;
import fabwafer.hub.registry.ModelRegistry.InTest;
import fabwafer.hub.registry.RegisteredModel.Approval;
import fabwafer.hub.registry.RegisteredModel.Event;
import fabwafer.hub.registry.RegisteredModel.Verdict;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The tables of models, in the caller's transaction; what may be done is not judged here. */
final class ModelRows {
  private ModelRows() {}

  static void insert(Handle handle, RegisteredModel model, byte[] card) {
    handle
        .createUpdate(
            "insert into models (id, parent, stage, origin, card, bytes, sha256, snapshot, note,"
                + " created, created_by) values (:id, :parent, :stage, :origin, :card, :bytes,"
                + " :sha256, :snapshot, :note, :created, :by)")
        .bind("id", model.id())
        .bind("parent", model.parent().orElse(null))
        .bind("stage", model.stage().word())
        .bind("origin", model.origin().word())
        .bind("card", new String(card, UTF_8))
        .bind("bytes", model.bytes())
        .bind("sha256", model.sha256())
        .bind("snapshot", model.snapshot().orElse(null))
        .bind("note", model.note().orElse(null))
        .bind("created", model.createdMillis())
        .bind("by", model.createdBy())
        .execute();
  }

  static void setStage(Handle handle, String id, ModelStage stage) {
    handle
        .createUpdate("update models set stage = :stage where id = :id")
        .bind("stage", stage.word())
        .bind("id", id)
        .execute();
  }

  static void setNote(Handle handle, String id, String note) {
    handle
        .createUpdate("update models set note = :note where id = :id")
        .bind("note", note)
        .bind("id", id)
        .execute();
  }

  static Optional<RegisteredModel> find(Handle handle, String id) {
    return handle
        .createQuery("select * from models where id = :id")
        .bind("id", id)
        .map((row, context) -> read(handle, row))
        .findOne();
  }

  static List<RegisteredModel> inStage(Handle handle, ModelStage stage) {
    return handle
        .createQuery("select * from models where stage = :stage order by created desc, id")
        .bind("stage", stage.word())
        .map((row, context) -> read(handle, row))
        .list();
  }

  /** The newest first. */
  static List<RegisteredModel> newest(Handle handle, int limit) {
    return handle
        .createQuery("select * from models order by created desc, id limit :limit")
        .bind("limit", limit)
        .map((row, context) -> read(handle, row))
        .list();
  }

  /** Ids that begin so, two at most: more than one is not enough to say which. */
  static List<String> beginningWith(Handle handle, String prefix) {
    return handle
        .createQuery("select id from models where id >= :from and id < :to limit 2")
        .bind("from", prefix)
        .bind("to", prefix + "g")
        .mapTo(String.class)
        .list();
  }

  static Optional<String> idInStage(Handle handle, ModelStage... stages) {
    return handle
        .createQuery("select id from models where stage in (<stages>)")
        .bindList("stages", List.of(stages).stream().map(ModelStage::word).toList())
        .mapTo(String.class)
        .findFirst();
  }

  static Optional<InTest> inTest(Handle handle) {
    Optional<String> champion = idInStage(handle, ModelStage.CHAMPION);
    return handle
        .createQuery(
            "select m.id as model, e.id as event, e.at from models m join model_events e"
                + " on e.id = (select max(id) from model_events where model = m.id"
                + " and action = :testing) where m.stage in ('test', 'challenger')")
        .bind("testing", Promotion.TESTING)
        .map(
            (row, context) ->
                new InTest(
                    row.getString("model"), champion, row.getLong("event"), row.getLong("at")))
        .findOne();
  }

  static int count(Handle handle) {
    return handle.createQuery("select count(*) from models").mapTo(Integer.class).one();
  }

  static void addEvent(Handle handle, String model, Event event) {
    handle
        .createUpdate(
            "insert into model_events (model, at, actor, action, detail)"
                + " values (:model, :at, :actor, :action, :detail)")
        .bind("model", model)
        .bind("at", event.atMillis())
        .bind("actor", event.actor())
        .bind("action", event.action())
        .bind("detail", event.detail())
        .execute();
  }

  static List<Event> events(Handle handle, String model, int limit) {
    return handle
        .createQuery("select * from model_events where model = :model order by id desc limit :n")
        .bind("model", model)
        .bind("n", limit)
        .map(
            (row, context) ->
                new Event(
                    row.getLong("at"),
                    row.getString("actor"),
                    row.getString("action"),
                    row.getString("detail")))
        .list();
  }

  static void approve(Handle handle, String model, Approval approval) {
    handle
        .createUpdate(
            "insert into model_approvals (model, person, at, comment)"
                + " values (:model, :person, :at, :comment)")
        .bind("model", model)
        .bind("person", approval.person())
        .bind("at", approval.atMillis())
        .bind("comment", approval.comment().orElse(null))
        .execute();
  }

  static void clearApprovals(Handle handle, String model) {
    handle.execute("delete from model_approvals where model = ?", model);
  }

  static void addVerdict(Handle handle, String model, Verdict verdict) {
    handle
        .createUpdate(
            "insert into model_verdicts (model, champion, at, passed, verdict)"
                + " values (:model, :champion, :at, :passed, :verdict)")
        .bind("model", model)
        .bind("champion", verdict.champion().orElse(null))
        .bind("at", verdict.atMillis())
        .bind("passed", verdict.passed() ? 1 : 0)
        .bind("verdict", verdict.json())
        .execute();
  }

  static void addChampion(Handle handle, String model, long since) {
    handle.execute("insert into champions (model, since) values (?, ?)", model, since);
  }

  /** Marks the champion's entry as taken back. */
  static void markRolledBack(Handle handle, String champion) {
    handle.execute(
        "update champions set rolled_back = 1 where id ="
            + " (select max(id) from champions where model = ?)",
        champion);
  }

  /** Whom a rollback leads to: the last champion before this one that was not taken back. */
  static Optional<String> before(Handle handle, String champion) {
    return handle
        .createQuery(
            "select model from champions where rolled_back = 0 and model <> :champion"
                + " and id < (select min(id) from champions where model = :champion"
                + " and rolled_back = 0) order by id desc limit 1")
        .bind("champion", champion)
        .mapTo(String.class)
        .findFirst();
  }

  private static RegisteredModel read(Handle handle, ResultSet row) throws SQLException {
    String id = row.getString("id");
    return new RegisteredModel(
        id,
        Optional.ofNullable(row.getString("parent")),
        ModelStage.ofWord(row.getString("stage")),
        ModelOrigin.ofWord(row.getString("origin")),
        ModelCard.parse("the card of model " + id, row.getString("card").getBytes(UTF_8)),
        row.getLong("bytes"),
        row.getString("sha256"),
        Optional.ofNullable(row.getString("snapshot")),
        Optional.ofNullable(row.getString("note")),
        row.getLong("created"),
        row.getString("created_by"),
        approvals(handle, id),
        verdict(handle, id));
  }

  private static List<Approval> approvals(Handle handle, String model) {
    return handle
        .createQuery("select * from model_approvals where model = :model order by at, person")
        .bind("model", model)
        .map(
            (row, context) ->
                new Approval(
                    row.getString("person"),
                    row.getLong("at"),
                    Optional.ofNullable(row.getString("comment"))))
        .list();
  }

  private static Optional<Verdict> verdict(Handle handle, String model) {
    return handle
        .createQuery("select * from model_verdicts where model = :model order by id desc limit 1")
        .bind("model", model)
        .map(
            (row, context) ->
                new Verdict(
                    Optional.ofNullable(row.getString("champion")),
                    row.getLong("at"),
                    row.getInt("passed") == 1,
                    row.getString("verdict")))
        .findOne();
  }
}
