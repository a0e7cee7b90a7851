package fabwafer.hub.audit;

import fabwafer.hub.database.Database;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * The table of the audit. Entries are appended in the transaction of what they tell, so that
 * neither is there without the other; the database refuses to change or remove one.
 */
public final class AuditLog {
  /** The action of the entry that tells of a cut. */
  static final String CUT = "audit.cut";

  /** Most characters of actor, action, object and address; longer ones lose their end. */
  static final int MAX_CHARS = 300;

  /** Most characters of a text in the detail; a longer one loses its end. */
  static final int MAX_TEXT_CHARS = 500;

  /** Most characters of a whole detail; of a longer one only its length is kept. */
  static final int MAX_DETAIL_CHARS = 8_192;

  /** Entries that are read at a time where all are. */
  private static final int BATCH = 1_000;

  private static final String UNPRINTABLE = "[\\p{Cntrl}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]";
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private final Database database;
  private final InstantSource clock;

  public AuditLog(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** The last entry that went before the oldest one kept; id 0 before any cut. */
  private record Anchor(long id, String hash, long entry) {}

  private record Link(long id, String hash) {}

  /** An empty detail, to fill. */
  public static ObjectNode detail() {
    return MAPPER.createObjectNode();
  }

  /** Runs work that writes and appends, in one transaction. */
  public <T extends @Nullable Object> T write(Database.Work<T> work) {
    return database.write(work);
  }

  /** Appends an entry in a transaction of its own. */
  public void append(Actor actor, String action, String object, ObjectNode detail) {
    database.change(handle -> append(handle, actor, action, object, detail));
  }

  /**
   * Appends an entry in the caller's transaction. What is too long is shortened: an entry never
   * fails what it tells of.
   *
   * @param action such as {@code account.changed}
   * @param object such as {@code account:eva}; empty where there is none
   * @param detail what else there is to say; never a secret
   */
  public void append(Handle handle, Actor actor, String action, String object, ObjectNode detail) {
    Link last = last(handle);
    long id = last.id + 1;
    long at = clock.millis();
    String who = line(actor.name());
    String what = line(action);
    String toWhat = line(object);
    Optional<String> from = actor.from().map(AuditLog::line);
    String json = bounded(detail);
    handle
        .createUpdate(
            "insert into audit (id, at, actor, action, object, detail, address, hash) values"
                + " (:id, :at, :actor, :action, :object, :detail, :address, :hash)")
        .bind("id", id)
        .bind("at", at)
        .bind("actor", who)
        .bind("action", what)
        .bind("object", toWhat)
        .bind("detail", json)
        .bind("address", from.orElse(null))
        .bind("hash", AuditChain.hash(last.hash, id, at, who, what, toWhat, from, json))
        .execute();
  }

  /**
   * Entries, newest first.
   *
   * @param before only those with a smaller id, to page on
   */
  public List<AuditEntry> newest(AuditQuery query, Optional<Long> before, int limit) {
    return database.read(
        handle -> page(handle, query, "id < :edge", before.orElse(Long.MAX_VALUE), "desc", limit));
  }

  /** Gives out every entry that a query asks for, oldest first, a batch at a time. */
  public void forEach(AuditQuery query, Consumer<AuditEntry> each) {
    long after = 0;
    List<AuditEntry> batch;
    do {
      long edge = after;
      batch = database.read(handle -> page(handle, query, "id > :edge", edge, "asc", BATCH));
      batch.forEach(each);
      after = batch.isEmpty() ? after : batch.getLast().id();
    } while (batch.size() == BATCH);
  }

  /** Looks at every entry; some seconds per million. */
  public AuditVerdict verify() {
    // One transaction: a cut in between must not look like a gap.
    return database.read(AuditLog::verify);
  }

  /** Whether an entry has this hash; one that a cut removed is taken to have had it. */
  public boolean holds(long id, String hash) {
    return database.read(
        handle ->
            id < anchor(handle).id
                || handle
                    .createQuery(
                        "select hash from audit where id = :id union all"
                            + " select hash from audit_cuts where last_removed = :id")
                    .bind("id", id)
                    .mapTo(String.class)
                    .list()
                    .contains(hash));
  }

  /**
   * Removes the oldest entries. The cut is an entry itself, and holds the hash of the last one that
   * went, so that the chain goes on from there.
   *
   * @param beforeMillis entries go as long as they are older than this
   * @param dryRun only count them
   * @return how many went, or would
   */
  public long cut(Actor actor, long beforeMillis, boolean dryRun) {
    return dryRun
        ? database.read(handle -> toCut(handle, beforeMillis).map(cut -> cut.entries).orElse(0L))
        : database.write(handle -> cut(handle, actor, beforeMillis));
  }

  private record Cut(long first, Link last, long entries) {}

  private long cut(Handle handle, Actor actor, long beforeMillis) {
    Optional<Cut> found = toCut(handle, beforeMillis);
    if (found.isEmpty()) {
      return 0;
    }
    Cut cut = found.get();
    long entry = last(handle).id + 1;
    append(
        handle,
        actor,
        CUT,
        "audit",
        detail()
            .put("first", cut.first)
            .put("last", cut.last.id)
            .put("lastHash", cut.last.hash)
            .put("entries", cut.entries));
    handle
        .createUpdate(
            "insert into audit_cuts (last_removed, hash, entry) values (:last, :hash, :entry)")
        .bind("last", cut.last.id)
        .bind("hash", cut.last.hash)
        .bind("entry", entry)
        .execute();
    handle.createUpdate("delete from audit where id <= :last").bind("last", cut.last.id).execute();
    return cut.entries;
  }

  /** The entries before the first that is to stay: by id, as a clock may have been set back. */
  private static Optional<Cut> toCut(Handle handle, long beforeMillis) {
    return handle
        .createQuery(
            "select (select min(id) from audit) as first, id, hash from audit where id ="
                + " coalesce((select min(id) from audit where at >= :before),"
                + " (select max(id) from audit) + 1) - 1")
        .bind("before", beforeMillis)
        .map(
            (row, context) ->
                new Cut(
                    row.getLong("first"),
                    new Link(row.getLong("id"), row.getString("hash")),
                    row.getLong("id") - row.getLong("first") + 1))
        .findOne();
  }

  private static AuditVerdict verify(Handle handle) {
    Anchor anchor = anchor(handle);
    long id = anchor.id;
    String hash = anchor.hash;
    boolean anchored = anchor.id == 0;
    List<AuditEntry> batch;
    do {
      batch = page(handle, AuditQuery.ALL, "id > :edge", id, "asc", BATCH);
      for (AuditEntry entry : batch) {
        if (entry.id() != id + 1) {
          return new AuditVerdict.Broken(id + 1, "it is missing; the next one is " + entry.id());
        }
        if (!AuditChain.follows(entry, hash)) {
          return new AuditVerdict.Broken(
              entry.id(), "its hash does not fit what it says and the entry before it");
        }
        anchored |= entry.id() == anchor.entry && tells(entry, anchor);
        id = entry.id();
        hash = entry.hash();
      }
    } while (batch.size() == BATCH);
    if (!anchored) {
      return new AuditVerdict.Broken(
          anchor.entry, "it does not tell of the cut before entry " + (anchor.id + 1));
    }
    return new AuditVerdict.Intact(id == anchor.id ? 0 : anchor.id + 1, id, hash);
  }

  private static boolean tells(AuditEntry entry, Anchor anchor) {
    var told = MAPPER.readTree(entry.detail());
    return entry.action().equals(CUT)
        && told.path("last").asLong(0) == anchor.id
        && told.path("lastHash").asString("").equals(anchor.hash);
  }

  private static Link last(Handle handle) {
    return handle
        .createQuery("select id, hash from audit order by id desc limit 1")
        .map((row, context) -> new Link(row.getLong("id"), row.getString("hash")))
        .findOne()
        .orElseGet(
            () -> {
              Anchor anchor = anchor(handle);
              return new Link(anchor.id, anchor.hash);
            });
  }

  private static Anchor anchor(Handle handle) {
    return handle
        .createQuery("select * from audit_cuts order by last_removed desc limit 1")
        .map(
            (row, context) ->
                new Anchor(
                    row.getLong("last_removed"), row.getString("hash"), row.getLong("entry")))
        .findOne()
        .orElse(new Anchor(0, AuditChain.START, 0));
  }

  private static List<AuditEntry> page(
      Handle handle, AuditQuery query, String place, long edge, String order, int limit) {
    List<String> where = new ArrayList<>(List.of(place));
    Map<String, Object> bindings = new TreeMap<>(Map.of("edge", edge, "limit", limit));
    if (query.fromMillis() != Long.MIN_VALUE || query.toMillis() != Long.MAX_VALUE) {
      where.add("at >= :from and at <= :to");
      bindings.put("from", query.fromMillis());
      bindings.put("to", query.toMillis());
    }
    query
        .actor()
        .ifPresent(
            actor -> {
              where.add("actor = :actor");
              bindings.put("actor", actor);
            });
    query
        .action()
        .ifPresent(
            action -> {
              // '/' follows '.', so these are the actions that begin with "action.".
              where.add(
                  "(action = :action or action > :action || '.' and action < :action || '/')");
              bindings.put("action", action);
            });
    query
        .object()
        .ifPresent(
            object -> {
              where.add("object = :object");
              bindings.put("object", object);
            });
    return handle
        .createQuery(
            "select * from audit where %s order by id %s limit :limit"
                .formatted(String.join(" and ", where), order))
        .bindMap(bindings)
        .map((row, context) -> read(row))
        .list();
  }

  private static AuditEntry read(ResultSet row) throws SQLException {
    return new AuditEntry(
        row.getLong("id"),
        row.getLong("at"),
        row.getString("actor"),
        row.getString("action"),
        row.getString("object"),
        row.getString("detail"),
        Optional.ofNullable(row.getString("address")),
        row.getString("hash"));
  }

  /** One line that is read back as it was written: a lone surrogate would not be. */
  private static String line(String text) {
    String plain = text.replaceAll(UNPRINTABLE, "?");
    return plain.length() <= MAX_CHARS ? plain : storable(plain.substring(0, MAX_CHARS)) + "…";
  }

  private static String bounded(ObjectNode detail) {
    ObjectNode shortened = detail.deepCopy();
    for (Map.Entry<String, tools.jackson.databind.JsonNode> field : detail.properties()) {
      if (field.getValue() instanceof StringNode text
          && text.stringValue().length() > MAX_TEXT_CHARS) {
        shortened.put(field.getKey(), text.stringValue().substring(0, MAX_TEXT_CHARS) + "…");
      }
    }
    String json = storable(MAPPER.writeValueAsString(shortened));
    return json.length() <= MAX_DETAIL_CHARS
        ? json
        : MAPPER.writeValueAsString(detail().put("shortenedFromChars", json.length()));
  }

  private static String storable(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
