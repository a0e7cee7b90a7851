package fabwafer.hub.account;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.audit.RepeatedEvents;
import fabwafer.hub.database.Database;
import fabwafer.hub.web.Authentication;
import fabwafer.hub.web.Caller;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Role;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ObjectNode;

/**
 * The accounts and their sessions: who may log in, and what may be changed of an account. Whatever
 * changes one is in the audit, in the same transaction.
 */
public final class Accounts implements Authentication {
  /** The account that the first start makes. */
  public static final String FIRST_ADMIN = "admin";

  /** Fewest characters of a password. */
  static final int MIN_PASSWORD_CHARS = 12;

  /** Most characters of a password; bounds the work of hashing one. */
  static final int MAX_PASSWORD_CHARS = 256;

  /** Most characters of an account's name. */
  static final int MAX_NAME_CHARS = 64;

  /** Most accounts. */
  static final int MAX_ACCOUNTS = 10_000;

  private static final Pattern NAME =
      Pattern.compile("[a-z0-9_-][a-z0-9._@-]{0," + (MAX_NAME_CHARS - 1) + "}");

  private final Database database;
  private final InstantSource clock;
  private final AuditLog audit;
  private final RepeatedEvents strangers;
  private final Passwords passwords = new Passwords();
  private final Sessions sessions;
  private final ApiTokens tokens;
  private final LoginThrottle throttle;

  /**
   * The accounts in a database.
   *
   * @param strangers where logins that failed are told
   * @param tokens what programs send instead of a session
   */
  public Accounts(
      Database database,
      AccountConfig config,
      InstantSource clock,
      AuditLog audit,
      RepeatedEvents strangers,
      ApiTokens tokens) {
    this.database = database;
    this.clock = clock;
    this.audit = audit;
    this.strangers = strangers;
    this.tokens = tokens;
    this.sessions = new Sessions(database, clock, config);
    this.throttle = new LoginThrottle(clock);
  }

  /** A login that succeeded: who, and what the browser is to hold. */
  public record Login(Account account, String session) {
    /** Without the session. */
    @Override
    public String toString() {
      return "Login[" + account + "]";
    }
  }

  /**
   * Makes the account {@value #FIRST_ADMIN} where there is no account at all.
   *
   * @return its password, to be shown once: it is kept as a hash only; empty if there are accounts
   */
  public Optional<String> makeFirstAdmin() {
    if (!list().isEmpty()) {
      return Optional.empty();
    }
    String password = passwords.random();
    create(Actor.HUB, FIRST_ADMIN, password, Role.ADMIN);
    return Optional.of(password);
  }

  @Override
  public Optional<Caller> use(String session) {
    return sessions.use(session);
  }

  @Override
  public Optional<Caller> peek(String session) {
    return sessions.peek(session);
  }

  @Override
  public Optional<Caller> token(String token, String address) {
    return tokens.use(token, address);
  }

  /**
   * Logs in somebody whom an OpenID provider vouches for; makes the account at the first time, and
   * gives it the role that the provider's groups mean now.
   *
   * @param issuer the provider
   * @param subject who it is there, which never changes
   * @param user the account's name here, where it is to be made
   * @throws ProblemException if the name is none, or another account has it
   */
  public Login loginFederated(
      String issuer, String subject, String user, Role role, String address) {
    return database.write(
        handle -> {
          Optional<Account> known = AccountRows.federated(handle, issuer, subject);
          Account account =
              known
                  .map(before -> withRole(handle, before, role, address))
                  .orElseGet(() -> addFederated(handle, issuer, subject, user, role, address));
          return begun(handle, account, address);
        });
  }

  private Account addFederated(
      Handle handle, String issuer, String subject, String user, Role role, String address) {
    Account account = new Account(requireName(user), role, clock.millis(), Optional.of(issuer));
    requireRoomFor(handle, account.name());
    AccountRows.addFederated(handle, account, issuer, subject);
    tellCreated(handle, Actor.user(account.name(), address), account);
    return account;
  }

  private Account withRole(Handle handle, Account before, Role role, String address) {
    if (before.role() == role) {
      return before;
    }
    AccountRows.change(handle, before.name(), role, Optional.empty());
    sessions.endOthers(handle, before.name(), Optional.empty());
    audit.append(
        handle,
        Actor.user(before.name(), address),
        "account.changed",
        objectOf(before.name()),
        AuditLog.detail().put("roleBefore", before.role().word()).put("role", role.word()));
    return new Account(before.name(), role, before.createdMillis(), before.issuer());
  }

  /**
   * Logs in.
   *
   * @param address where from, for the throttle
   * @throws ProblemException if user or password is wrong, or this try has to wait
   */
  Login login(String user, String password, String address) {
    String name = user.toLowerCase(Locale.ROOT);
    Optional<AccountRows.Row> row = NAME.matcher(name).matches() ? find(name) : Optional.empty();
    // Who is unknown stays unnamed: people type their password where their name should be.
    String object = row.map(known -> objectOf(known.account().name())).orElse("account");
    begin(name, address, object);
    if (!passwords.isRight(password, passwordHash(row)) || row.isEmpty()) {
      strangers.note(Actor.anyone(address), "session.refused", object, AuditLog.detail());
      throw new ProblemException(Problem.WRONG_PASSWORD, "user or password is wrong");
    }
    throttle.succeeded(name, address);
    Account account = row.get().account();
    return database.write(handle -> begun(handle, account, address));
  }

  private Login begun(Handle handle, Account account, String address) {
    audit.append(
        handle,
        Actor.user(account.name(), address),
        "session.started",
        objectOf(account.name()),
        AuditLog.detail()
            .put("role", account.role().word())
            .put("by", account.issuer().orElse("password")));
    return new Login(account, sessions.begin(handle, account.name()));
  }

  private void begin(String name, String address, String object) {
    try {
      throttle.begin(name, address);
    } catch (ProblemException e) {
      strangers.note(Actor.anyone(address), "session.throttled", object, AuditLog.detail());
      throw e;
    }
  }

  /** Ends a session, if there is one. */
  public void logout(String session, String address) {
    Optional<Caller> caller = sessions.peek(session);
    database.change(
        handle -> {
          sessions.end(handle, session);
          caller.ifPresent(
              known ->
                  audit.append(
                      handle,
                      Actor.of(known, address),
                      "session.ended",
                      objectOf(known.user()),
                      AuditLog.detail()));
        });
  }

  private static String objectOf(String account) {
    return "account:" + account;
  }

  /** Every account, by name. */
  List<Account> list() {
    return database.read(AccountRows::all);
  }

  /**
   * Makes an account.
   *
   * @throws ProblemException if the name is taken, or name or password is out of its limits
   */
  public Account create(Actor actor, String user, String password, Role role) {
    Account account = new Account(requireName(user), role, clock.millis(), Optional.empty());
    String hash = passwords.hash(requirePassword("password", password));
    database.change(
        handle -> {
          requireRoomFor(handle, account.name());
          AccountRows.add(handle, account, hash);
          tellCreated(handle, actor, account);
        });
    return account;
  }

  private void tellCreated(Handle handle, Actor actor, Account account) {
    audit.append(
        handle,
        actor,
        "account.created",
        objectOf(account.name()),
        AuditLog.detail()
            .put("role", account.role().word())
            .put("by", account.issuer().orElse("password")));
  }

  /**
   * Changes an account and ends its sessions, except the one that asks.
   *
   * @throws ProblemException if there is none, or it is the last admin and would be none
   */
  Account change(
      Actor actor,
      String user,
      Optional<Role> role,
      Optional<String> password,
      Optional<String> kept) {
    Optional<String> hash =
        password.map(given -> passwords.hash(requirePassword("password", given)));
    return database.write(
        handle -> {
          Account before = require(handle, user);
          requireOwn(before);
          Role after = role.orElse(before.role());
          if (after != Role.ADMIN) {
            requireOtherAdmin(handle, before);
          }
          AccountRows.change(handle, before.name(), after, hash);
          sessions.endOthers(handle, before.name(), kept);
          ObjectNode detail = AuditLog.detail();
          if (after != before.role()) {
            detail.put("roleBefore", before.role().word()).put("role", after.word());
          }
          detail.put("password", hash.isPresent() ? "changed" : "kept");
          audit.append(handle, actor, "account.changed", objectOf(before.name()), detail);
          return new Account(before.name(), after, before.createdMillis(), before.issuer());
        });
  }

  /**
   * Changes one's own password and ends the account's other sessions.
   *
   * @throws ProblemException if the current password is wrong
   */
  void changeOwnPassword(
      String user, String current, String password, String session, String address) {
    requirePassword("newPassword", password);
    begin(user, address, objectOf(user));
    if (!passwords.isRight(current, passwordHash(find(user)))) {
      strangers.note(
          Actor.user(user, address), "account.refused", objectOf(user), AuditLog.detail());
      throw new ProblemException(Problem.WRONG_CURRENT_PASSWORD, "currentPassword is wrong");
    }
    throttle.succeeded(user, address);
    change(
        Actor.user(user, address),
        user,
        Optional.empty(),
        Optional.of(password),
        Optional.of(session));
  }

  /**
   * Removes an account with its sessions.
   *
   * @throws ProblemException if there is none, or it is the last admin
   */
  void remove(Actor actor, String user) {
    database.change(
        handle -> {
          Account account = require(handle, user);
          requireOtherAdmin(handle, account);
          AccountRows.remove(handle, account.name());
          audit.append(
              handle,
              actor,
              "account.removed",
              objectOf(account.name()),
              AuditLog.detail().put("role", account.role().word()));
        });
  }

  /** Empty for an account without a password, too: no password is right there. */
  private static Optional<String> passwordHash(Optional<AccountRows.Row> row) {
    return row.flatMap(AccountRows.Row::passwordHash);
  }

  private static void requireOwn(Account account) {
    if (account.issuer().isPresent()) {
      throw new ProblemException(
          Problem.CONFLICT,
          "%s logs in at %s, whose groups say its role"
              .formatted(account.name(), account.issuer().get()));
    }
  }

  private Optional<AccountRows.Row> find(String name) {
    return database.read(handle -> AccountRows.find(handle, name));
  }

  private static Account require(Handle handle, String user) {
    String name = user.toLowerCase(Locale.ROOT);
    Optional<AccountRows.Row> row =
        NAME.matcher(name).matches() ? AccountRows.find(handle, name) : Optional.empty();
    return row.map(AccountRows.Row::account)
        .orElseThrow(() -> ProblemException.notFound("there is no account of that name"));
  }

  private static void requireOtherAdmin(Handle handle, Account account) {
    if (account.role() == Role.ADMIN && AccountRows.otherAdmins(handle, account.name()) == 0) {
      throw new ProblemException(
          Problem.CONFLICT, account.name() + " is the last admin; make another one first");
    }
  }

  private static void requireRoomFor(Handle handle, String name) {
    if (AccountRows.find(handle, name).isPresent()) {
      throw new ProblemException(Problem.CONFLICT, "there is an account " + name + " already");
    }
    long accounts = AccountRows.count(handle);
    if (accounts >= MAX_ACCOUNTS) {
      throw new ProblemException(
          Problem.CONFLICT, "there are %,d accounts, which is the limit".formatted(accounts));
    }
  }

  private static String requireName(String user) {
    String name = user.toLowerCase(Locale.ROOT);
    if (!NAME.matcher(name).matches()) {
      throw ProblemException.field(
          "user",
          "user must be 1 to %d of A-Z a-z 0-9 . _ @ - and begin with none of . @"
              .formatted(MAX_NAME_CHARS));
    }
    return name;
  }

  private static String requirePassword(String field, String password) {
    if (password.length() < MIN_PASSWORD_CHARS || password.length() > MAX_PASSWORD_CHARS) {
      throw ProblemException.field(
          field,
          "%s must be %d to %d characters, got %d"
              .formatted(field, MIN_PASSWORD_CHARS, MAX_PASSWORD_CHARS, password.length()));
    }
    return password;
  }
}
