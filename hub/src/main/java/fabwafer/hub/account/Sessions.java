package fabwafer.hub.account;

import fabwafer.hub.database.Database;
import fabwafer.hub.web.Caller;
import fabwafer.hub.web.Role;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Who is logged in: the table of sessions. What the browser holds is stored as a hash only. */
final class Sessions {
  /** Use is noted no more often than this, so that reading does not write each time. */
  private static final Duration NOTE_USE = Duration.ofMinutes(1);

  /** Most sessions of one account; the longest unused end first. */
  static final int MAX_OF_ACCOUNT = 50;

  private static final int ID_BYTES = 32;
  private static final int MAX_ID_CHARS = 64;

  private final Database database;
  private final InstantSource clock;
  private final AccountConfig config;
  private final SecureRandom random = new SecureRandom();

  Sessions(Database database, InstantSource clock, AccountConfig config) {
    this.database = database;
    this.clock = clock;
    this.config = config;
  }

  private record Row(Caller caller, long createdMillis, long lastUsedMillis) {}

  /** A new session of an account, in the caller's transaction; what the browser is to hold. */
  String begin(Handle handle, String account) {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    long now = clock.millis();
    handle
        .createUpdate("delete from sessions where created < :oldest or last_used < :unused")
        .bind("oldest", now - config.longest().toMillis())
        .bind("unused", now - config.idle().toMillis())
        .execute();
    handle
        .createUpdate(
            "delete from sessions where account = :account and id_hash not in"
                + " (select id_hash from sessions where account = :account"
                + " order by last_used desc limit :kept)")
        .bind("account", account)
        .bind("kept", MAX_OF_ACCOUNT - 1)
        .execute();
    handle
        .createUpdate(
            "insert into sessions (id_hash, account, created, last_used)"
                + " values (:id_hash, :account, :now, :now)")
        .bind("id_hash", hash(id))
        .bind("account", account)
        .bind("now", now)
        .execute();
    return id;
  }

  /** Whose session it is, while it lasts. */
  Optional<Caller> peek(String id) {
    return find(id).map(Row::caller);
  }

  /** Whose session it is, while it lasts; notes that it is used. */
  Optional<Caller> use(String id) {
    Optional<Row> row = find(id);
    long now = clock.millis();
    if (row.isPresent() && now - row.get().lastUsedMillis >= NOTE_USE.toMillis()) {
      database.change(
          handle ->
              handle
                  .createUpdate("update sessions set last_used = :now where id_hash = :id_hash")
                  .bind("now", now)
                  .bind("id_hash", hash(id))
                  .execute());
    }
    return row.map(Row::caller);
  }

  /** Ends a session, if there is one, in the caller's transaction. */
  void end(Handle handle, String id) {
    handle
        .createUpdate("delete from sessions where id_hash = :id_hash")
        .bind("id_hash", hash(id))
        .execute();
  }

  /** Ends an account's sessions except at most one, in the caller's transaction. */
  void endOthers(Handle handle, String account, Optional<String> kept) {
    handle
        .createUpdate("delete from sessions where account = :account and id_hash <> :kept")
        .bind("account", account)
        .bind("kept", kept.map(Sessions::hash).orElse(""))
        .execute();
  }

  private Optional<Row> find(String id) {
    if (id.length() > MAX_ID_CHARS) {
      return Optional.empty();
    }
    long now = clock.millis();
    return database
        .read(
            handle ->
                handle
                    .createQuery(
                        "select a.name, a.role, s.created, s.last_used from sessions s"
                            + " join accounts a on a.name = s.account where s.id_hash = :id_hash")
                    .bind("id_hash", hash(id))
                    .map(
                        (row, context) ->
                            new Row(
                                new Caller(
                                    row.getString("name"),
                                    Role.ofWord(row.getString("role")).orElseThrow()),
                                row.getLong("created"),
                                row.getLong("last_used")))
                    .findOne())
        .filter(row -> now - row.createdMillis < config.longest().toMillis())
        .filter(row -> now - row.lastUsedMillis < config.idle().toMillis());
  }

  /** SHA-256 in hexadecimal, as secrets of full randomness are stored. */
  static String hash(String id) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
