package fabwafer.hub.account;

import fabwafer.hub.HubException;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.audit.RepeatedEvents;
import fabwafer.hub.database.Database;
import fabwafer.hub.web.Caller;
import fabwafer.hub.web.Role;
import fabwafer.hub.web.Scope;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** The table of API tokens. */
public final class ApiTokens {
  /** How long a token lasts where nothing is said. */
  public static final int DEFAULT_DAYS = 90;

  /** How long a token lasts at most. */
  public static final int MAX_DAYS = 366;

  /** Most characters of a token's name. */
  public static final int MAX_NAME_CHARS = 100;

  /** Most tokens of one account. */
  static final int MAX_OF_ACCOUNT = 50;

  /** What a token begins with, so that scanners for leaked secrets know one. */
  static final String PREFIX = "fabwafer_";

  private static final int TOKEN_BYTES = 32;
  private static final int MAX_TOKEN_CHARS = 100;

  /** Use is noted no more often than this, so that reading does not write each time. */
  private static final Duration NOTE_USE = Duration.ofMinutes(1);

  private final Database database;
  private final InstantSource clock;
  private final AuditLog audit;
  private final RepeatedEvents strangers;
  private final SecureRandom random = new SecureRandom();

  /**
   * The tokens in a database.
   *
   * @param strangers where tokens that are none are told
   */
  public ApiTokens(
      Database database, InstantSource clock, AuditLog audit, RepeatedEvents strangers) {
    this.database = database;
    this.clock = clock;
    this.audit = audit;
    this.strangers = strangers;
  }

  /** A token just made: the only moment at which it is known. */
  public record Made(ApiToken token, String secret) {
    /** Without the secret. */
    @Override
    public String toString() {
      return "Made[" + token + "]";
    }
  }

  private record Row(ApiToken token, Role role) {}

  /**
   * Makes a token.
   *
   * @param owner the account it acts for
   * @param days how long it lasts
   * @throws HubException if there is no such account, its role does not allow a scope, a value is
   *     out of its limits, or the account has too many tokens; fit to be shown to whoever asks
   */
  public Made make(Actor actor, String owner, String name, Set<Scope> scopes, int days) {
    if (name.isBlank()
        || name.length() > MAX_NAME_CHARS
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new HubException("a token's name must be 1 to %d characters".formatted(MAX_NAME_CHARS));
    }
    if (scopes.isEmpty()) {
      throw new HubException("a token needs at least one scope of " + words(Scope.values()));
    }
    if (days < 1 || days > MAX_DAYS) {
      throw new HubException("a token lasts 1 to %d days, got %d".formatted(MAX_DAYS, days));
    }
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    long now = clock.millis();
    long expires = now + Duration.ofDays(days).toMillis();
    return database.write(
        handle -> {
          requireRole(handle, owner, scopes);
          requireRoom(handle, owner, now);
          long id = insert(handle, owner, name, scopes, secret, now, expires);
          audit.append(
              handle,
              actor,
              "token.created",
              "token:" + id,
              AuditLog.detail()
                  .put("owner", owner)
                  .put("name", name)
                  .put("scopes", words(scopes))
                  .put("expires", Instant.ofEpochMilli(expires).toString()));
          return new Made(
              new ApiToken(id, owner, name, scopes, now, expires, OptionalLong.empty()), secret);
        });
  }

  /** Tokens that last, the newest first: an account's, or everybody's. */
  public List<ApiToken> list(Optional<String> owner) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select t.*, a.role from api_tokens t join accounts a on a.name = t.owner"
                        + " where t.expires > :now and (:owner is null or t.owner = :owner)"
                        + " order by t.id desc")
                .bind("now", clock.millis())
                .bind("owner", owner.orElse(null))
                .map((row, context) -> read(row).token)
                .list());
  }

  /**
   * Revokes a token at once.
   *
   * @param owner only if it is this account's; empty: whosever it is
   * @return whether there was such a token
   */
  public boolean revoke(Actor actor, long id, Optional<String> owner) {
    return database.write(
        handle -> {
          Optional<String> of =
              handle
                  .createQuery(
                      "delete from api_tokens where id = :id"
                          + " and (:owner is null or owner = :owner) returning owner")
                  .bind("id", id)
                  .bind("owner", owner.orElse(null))
                  .mapTo(String.class)
                  .findOne();
          of.ifPresent(
              name ->
                  audit.append(
                      handle,
                      actor,
                      "token.revoked",
                      "token:" + id,
                      AuditLog.detail().put("owner", name)));
          return of.isPresent();
        });
  }

  /** Whose token it is and what it may, while it lasts; notes that it is used. */
  Optional<Caller> use(String secret, String address) {
    Optional<Row> found =
        secret.startsWith(PREFIX) && secret.length() <= MAX_TOKEN_CHARS
            ? find(secret)
            : Optional.empty();
    long now = clock.millis();
    if (found.filter(row -> row.token.expiresMillis() > now).isEmpty()) {
      strangers.note(
          Actor.anyone(address),
          "token.refused",
          found.map(row -> "token:" + row.token.id()).orElse("token"),
          AuditLog.detail());
      return Optional.empty();
    }
    ApiToken token = found.get().token;
    if (now - token.lastUsedMillis().orElse(0) >= NOTE_USE.toMillis()) {
      database.change(
          handle ->
              handle
                  .createUpdate("update api_tokens set last_used = :now where id = :id")
                  .bind("now", now)
                  .bind("id", token.id())
                  .execute());
    }
    return Optional.of(
        new Caller(token.owner(), found.get().role, Optional.of(token.id()), token.scopes()));
  }

  private Optional<Row> find(String secret) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select t.*, a.role from api_tokens t join accounts a on a.name = t.owner"
                        + " where t.hash = :hash")
                .bind("hash", Sessions.hash(secret))
                .map((row, context) -> read(row))
                .findOne());
  }

  private static void requireRole(Handle handle, String owner, Set<Scope> scopes) {
    Role role =
        handle
            .createQuery("select role from accounts where name = :owner")
            .bind("owner", owner)
            .mapTo(String.class)
            .findOne()
            .flatMap(Role::ofWord)
            .orElseThrow(() -> new HubException("there is no account of that name"));
    for (Scope scope : scopes) {
      if (!role.includes(scope.least())) {
        throw new HubException(
            "the scope %s needs the role %s; %s has the role %s"
                .formatted(scope.word(), scope.least().word(), owner, role.word()));
      }
    }
  }

  private static void requireRoom(Handle handle, String owner, long now) {
    handle.createUpdate("delete from api_tokens where expires <= :now").bind("now", now).execute();
    int count =
        handle
            .createQuery("select count(*) from api_tokens where owner = :owner")
            .bind("owner", owner)
            .mapTo(Integer.class)
            .one();
    if (count >= MAX_OF_ACCOUNT) {
      throw new HubException(
          "%s has %d tokens, which is the limit; revoke one first".formatted(owner, count));
    }
  }

  private static long insert(
      Handle handle,
      String owner,
      String name,
      Set<Scope> scopes,
      String secret,
      long now,
      long expires) {
    return handle
        .createQuery(
            "insert into api_tokens (hash, owner, name, scopes, created, expires) values"
                + " (:hash, :owner, :name, :scopes, :created, :expires) returning id")
        .bind("hash", Sessions.hash(secret))
        .bind("owner", owner)
        .bind("name", name)
        .bind("scopes", words(scopes))
        .bind("created", now)
        .bind("expires", expires)
        .mapTo(Long.class)
        .one();
  }

  private static Row read(ResultSet row) throws SQLException {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String word : row.getString("scopes").split(" ", -1)) {
      Scope.ofWord(word).ifPresent(scopes::add);
    }
    long used = row.getLong("last_used");
    OptionalLong lastUsed = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(used);
    return new Row(
        new ApiToken(
            row.getLong("id"),
            row.getString("owner"),
            row.getString("name"),
            scopes,
            row.getLong("created"),
            row.getLong("expires"),
            lastUsed),
        Role.ofWord(row.getString("role")).orElseThrow());
  }

  private static String words(Set<Scope> scopes) {
    return words(scopes.stream().sorted().toArray(Scope[]::new));
  }

  private static String words(Scope[] scopes) {
    return Arrays.stream(scopes).map(Scope::word).collect(Collectors.joining(" "));
  }
}
