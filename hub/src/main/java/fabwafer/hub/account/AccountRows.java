package fabwafer.hub.account;

import fabwafer.hub.web.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table of accounts. Each method works in the caller's transaction. */
final class AccountRows {
  /** Stands for the hash of an account that logs in elsewhere; the hash of no password. */
  private static final String NO_PASSWORD = "none";

  private AccountRows() {}

  /**
   * An account as it is stored.
   *
   * @param passwordHash empty for an account that logs in elsewhere
   */
  record Row(Account account, Optional<String> passwordHash) {}

  /** Every account, by name. */
  static List<Account> all(Handle handle) {
    return handle
        .createQuery("select * from accounts order by name")
        .map((row, context) -> read(row).account())
        .list();
  }

  /** The account of a name, in lower case. */
  static Optional<Row> find(Handle handle, String name) {
    return handle
        .createQuery("select * from accounts where name = :name")
        .bind("name", name)
        .map((row, context) -> read(row))
        .findOne();
  }

  /** The account of somebody whom an OpenID provider vouches for. */
  static Optional<Account> federated(Handle handle, String issuer, String subject) {
    return handle
        .createQuery("select * from accounts where issuer = :issuer and subject = :subject")
        .bind("issuer", issuer)
        .bind("subject", subject)
        .map((row, context) -> read(row).account())
        .findOne();
  }

  static long count(Handle handle) {
    return handle.createQuery("select count(*) from accounts").mapTo(Long.class).one();
  }

  /** How many admins there are besides an account. */
  static long otherAdmins(Handle handle, String name) {
    return handle
        .createQuery("select count(*) from accounts where role = :admin and name <> :name")
        .bind("admin", Role.ADMIN.word())
        .bind("name", name)
        .mapTo(Long.class)
        .one();
  }

  /** Adds an account that logs in with a password. */
  static void add(Handle handle, Account account, String passwordHash) {
    handle
        .createUpdate(
            "insert into accounts (name, password_hash, role, created)"
                + " values (:name, :hash, :role, :created)")
        .bind("name", account.name())
        .bind("hash", passwordHash)
        .bind("role", account.role().word())
        .bind("created", account.createdMillis())
        .execute();
  }

  /** Adds an account that logs in at an OpenID provider, where it is the subject. */
  static void addFederated(Handle handle, Account account, String issuer, String subject) {
    add(handle, account, NO_PASSWORD);
    handle
        .createUpdate("update accounts set issuer = :issuer, subject = :subject where name = :name")
        .bind("issuer", issuer)
        .bind("subject", subject)
        .bind("name", account.name())
        .execute();
  }

  /** Gives an account a role and, where there is one, another password. */
  static void change(Handle handle, String name, Role role, Optional<String> passwordHash) {
    handle
        .createUpdate(
            "update accounts set role = :role,"
                + " password_hash = coalesce(:hash, password_hash) where name = :name")
        .bind("role", role.word())
        .bind("hash", passwordHash.orElse(null))
        .bind("name", name)
        .execute();
  }

  /** Removes an account; its sessions go with it. */
  static void remove(Handle handle, String name) {
    handle.createUpdate("delete from accounts where name = :name").bind("name", name).execute();
  }

  private static Row read(ResultSet row) throws SQLException {
    return new Row(
        new Account(
            row.getString("name"),
            Role.ofWord(row.getString("role")).orElseThrow(),
            row.getLong("created"),
            Optional.ofNullable(row.getString("issuer"))),
        Optional.of(row.getString("password_hash")).filter(hash -> !hash.equals(NO_PASSWORD)));
  }
}
