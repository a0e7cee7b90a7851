package fabwafer.hub.quarantine;

import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.hub.database.Database;
import fabwafer.protocol.Names;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The quarantine table. What is refused is kept with its reason; the same message again is counted
 * on its row, so that a sender which repeats itself pushes nothing out.
 */
public final class QuarantineStore {
  /** Most characters of a topic that are kept. */
  private static final int MAX_TOPIC_CHARS = 512;

  private static final String COLUMNS =
      "id, topic, fab, camera, reason, kept_bytes, payload_bytes, times,"
          + " first_received, last_received";

  private final Database database;
  private final QuarantineConfig config;

  /** What is kept, or more: a rolled back transaction is not taken off. Negative: not known yet. */
  private long estimatedCount = -1;

  private long estimatedBytes;

  public QuarantineStore(Database database, QuarantineConfig config) {
    this.database = database;
    this.config = config;
  }

  /**
   * Keeps a refused message, in the caller's transaction, and makes room for it where needed.
   *
   * @param topic as it came; may be none of the protocol
   * @return the row it is kept in
   */
  public RefusedMessage keep(
      Handle handle, String topic, byte[] payload, String reason, long receivedMillis) {
    String digest = digest(topic, payload);
    int known =
        handle
            .createUpdate(
                "update quarantine set times = times + 1, last_received = :received,"
                    + " reason = :reason where digest = :digest")
            .bind("received", receivedMillis)
            .bind("reason", reason)
            .bind("digest", digest)
            .execute();
    if (known == 0) {
      insert(handle, digest, topic, payload, reason, receivedMillis);
    }
    return handle
        .createQuery("select " + COLUMNS + " from quarantine where digest = :digest")
        .bind("digest", digest)
        .map((row, context) -> read(row))
        .one();
  }

  /**
   * Refused messages, the last kept first.
   *
   * @param before only rows with a smaller id, to page on; empty for the newest
   */
  public List<RefusedMessage> newest(Optional<Long> before, int limit) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select "
                        + COLUMNS
                        + " from quarantine where id < :before order by id desc limit :limit")
                .bind("before", before.orElse(Long.MAX_VALUE))
                .bind("limit", limit)
                .map((row, context) -> read(row))
                .list());
  }

  /** One refused message. */
  public Optional<RefusedMessage> find(long id) {
    return database.read(
        handle ->
            handle
                .createQuery("select " + COLUMNS + " from quarantine where id = :id")
                .bind("id", id)
                .map((row, context) -> read(row))
                .findOne());
  }

  /** What is kept of a refused message's payload. */
  public Optional<byte[]> payload(long id) {
    return database.read(
        handle ->
            handle
                .createQuery("select payload from quarantine where id = :id")
                .bind("id", id)
                .map((row, context) -> row.getBytes("payload"))
                .findOne());
  }

  /** How many messages are kept. */
  public long count() {
    return database.read(
        handle -> handle.createQuery("select count(*) from quarantine").mapTo(Long.class).one());
  }

  /**
   * Drops a message that a person has dealt with.
   *
   * @return whether it was there
   */
  public boolean drop(long id) {
    return database.write(
            handle ->
                handle
                    .createUpdate("delete from quarantine where id = :id")
                    .bind("id", id)
                    .execute())
        == 1;
  }

  private void insert(
      Handle handle,
      String digest,
      String topic,
      byte[] payload,
      String reason,
      long receivedMillis) {
    String[] levels = topic.split("/", -1);
    int keptBytes = Math.min(payload.length, config.payloadLimitBytes());
    handle
        .createUpdate(
            "insert into quarantine (digest, topic, fab, camera, reason, payload, kept_bytes,"
                + " payload_bytes, times, first_received, last_received) values (:digest, :topic,"
                + " :fab, :camera, :reason, :payload, :kept_bytes, :payload_bytes, 1, :received,"
                + " :received)")
        .bind("digest", digest)
        .bind("topic", topic.substring(0, Math.min(topic.length(), MAX_TOPIC_CHARS)))
        .bind("fab", nameAt(levels, 1))
        .bind("camera", nameAt(levels, 2))
        .bind("reason", reason)
        .bind("payload", Arrays.copyOf(payload, keptBytes))
        .bind("kept_bytes", keptBytes)
        .bind("payload_bytes", payload.length)
        .bind("received", receivedMillis)
        .execute();
    makeRoom(handle, digest, keptBytes);
  }

  /**
   * Drops the messages longest not seen, never the new one, once a bound is passed, and a hundredth
   * more, so that a flood does not look for room at each message.
   */
  private synchronized void makeRoom(Handle handle, String newDigest, int newBytes) {
    if (estimatedCount >= 0) {
      estimatedCount++;
      estimatedBytes += newBytes;
      if (estimatedCount <= config.limit() && estimatedBytes <= config.limitBytes()) {
        return;
      }
    }
    measure(handle);
    if (estimatedCount <= config.limit() && estimatedBytes <= config.limitBytes()) {
      return;
    }
    long keptCount = config.limit() - config.limit() / 100L;
    long keptBytes = config.limitBytes() - config.limitBytes() / 100;
    handle
        .createUpdate(
            "delete from quarantine where id in (select id from (select id,"
                + " row_number() over newest as place, sum(kept_bytes) over newest as running"
                + " from quarantine window newest as (order by last_received desc, id desc))"
                + " as placed where place > :count or running > :bytes) and digest <> :new")
        .bind("new", newDigest)
        .bind("count", keptCount)
        .bind("bytes", keptBytes)
        .execute();
    measure(handle);
  }

  private void measure(Handle handle) {
    handle
        .createQuery("select count(*) as n, coalesce(sum(kept_bytes), 0) as b from quarantine")
        .map(
            (row, context) -> {
              estimatedCount = row.getLong("n");
              estimatedBytes = row.getLong("b");
              return estimatedCount;
            })
        .one();
  }

  private static @Nullable String nameAt(String[] levels, int index) {
    return levels.length > index && Names.isName(levels[index]) ? levels[index] : null;
  }

  private static String digest(String topic, byte[] payload) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(topic.getBytes(UTF_8));
      sha256.update((byte) 0);
      return HexFormat.of().formatHex(sha256.digest(payload));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static RefusedMessage read(ResultSet row) throws SQLException {
    return new RefusedMessage(
        row.getLong("id"),
        row.getString("topic"),
        Optional.ofNullable(row.getString("fab")),
        Optional.ofNullable(row.getString("camera")),
        row.getString("reason"),
        row.getLong("payload_bytes"),
        row.getLong("kept_bytes"),
        row.getLong("times"),
        row.getLong("first_received"),
        row.getLong("last_received"));
  }
}
