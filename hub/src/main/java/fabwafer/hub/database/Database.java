package fabwafer.hub.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import fabwafer.hub.HubException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The hub's database, a SQLite file with a write-ahead log. Readers never wait; writers take turns
 * on the one connection that may write, so that no transaction is ever refused for another's sake.
 *
 * <p>A transaction that {@link #write} returned from is on the disk ({@code synchronous=FULL}): it
 * survives a kill and a power cut. That costs one flush a transaction, so whoever has many rows
 * writes them in one.
 */
public final class Database implements AutoCloseable {
  /** The file's name in the data folder. */
  public static final String FILE_NAME = "hub.db";

  /** Connections that read at the same time. */
  private static final int READERS = 6;

  /** How long a transaction waits for its turn before it fails. */
  private static final Duration TURN_TIMEOUT = Duration.ofSeconds(30);

  private static final int KIB_OF_CACHE = 32 * 1024;

  private final HikariDataSource writerConnection;
  private final HikariDataSource readerConnections;
  private final Jdbi writer;
  private final Jdbi readers;

  private Database(HikariDataSource writerConnection, HikariDataSource readerConnections) {
    this.writerConnection = writerConnection;
    this.readerConnections = readerConnections;
    this.writer = Jdbi.create(writerConnection);
    this.readers = Jdbi.create(readerConnections);
  }

  /**
   * Opens the database of a data folder; makes it, and brings it up to date, where needed.
   *
   * @throws HubException if the folder or file cannot be used, or is of a later release
   */
  public static Database open(Path folder) {
    Path file = folder.resolve(FILE_NAME);
    HikariDataSource writer = null;
    HikariDataSource readers = null;
    try {
      Files.createDirectories(folder);
      writer = pool("hub-writer", file, 1, false);
      migrate(writer);
      readers = pool("hub-reader", file, READERS, true);
      return new Database(writer, readers);
    } catch (IOException | RuntimeException e) {
      close(readers);
      close(writer);
      throw new HubException("cannot open the database " + file + ": " + rootMessage(e), e);
    }
  }

  /**
   * Copies a database as it stands at one moment, whoever writes to it meanwhile.
   *
   * @param to a file that must not exist
   */
  public static void copy(Path from, Path to) throws IOException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + from.toAbsolutePath());
        PreparedStatement copying = connection.prepareStatement("vacuum into ?")) {
      copying.setString(1, to.toAbsolutePath().toString());
      copying.execute();
    } catch (SQLException e) {
      throw new IOException("cannot copy the database " + from + ": " + e.getMessage(), e);
    }
    try (FileChannel channel = FileChannel.open(to, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /**
   * Opens a copy that nobody writes to, to read from; it is not brought up to date.
   *
   * @param folder the one of the file {@value #FILE_NAME}
   */
  public static Database openCopy(Path folder) {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl(immutable(folder));
    HikariConfig config = new HikariConfig();
    config.setPoolName("hub-copy");
    config.setDataSource(source);
    config.setMaximumPoolSize(1);
    HikariDataSource only = new HikariDataSource(config);
    return new Database(only, only);
  }

  /** What SQLite finds wrong with a copy that nobody writes to; empty where it is whole. */
  public static List<String> faults(Path folder) {
    try (Connection connection = DriverManager.getConnection(immutable(folder));
        Statement check = connection.createStatement();
        ResultSet rows = check.executeQuery("pragma integrity_check")) {
      List<String> faults = new ArrayList<>();
      while (rows.next()) {
        String row = rows.getString(1);
        if (!row.equals("ok")) {
          faults.add(row);
        }
      }
      return faults;
    } catch (SQLException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  private static String immutable(Path folder) {
    return "jdbc:sqlite:file:" + folder.resolve(FILE_NAME).toAbsolutePath() + "?immutable=1";
  }

  /** Work on the database, done in one transaction: all of it or, if it throws, nothing. */
  @FunctionalInterface
  public interface Work<T extends @Nullable Object> {
    T on(Handle handle);
  }

  /** Runs work that may write; once it returns, what was written is on the disk. */
  public <T extends @Nullable Object> T write(Work<T> work) {
    return writer.<T, RuntimeException>inTransaction(work::on);
  }

  /** Runs work that writes and answers nothing. */
  public void change(Consumer<Handle> work) {
    writer.<RuntimeException>useTransaction(work::accept);
  }

  /** Runs work that reads; it sees one state of the database throughout. */
  public <T extends @Nullable Object> T read(Work<T> work) {
    return readers.<T, RuntimeException>inTransaction(work::on);
  }

  /**
   * Whether work failed for what it wanted to write, and not for the state of database or disk:
   * then to try again is in vain.
   */
  public static boolean isOfTheRows(RuntimeException failure) {
    boolean ofDatabase = failure instanceof JdbiException;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLiteException sqlite) {
        return switch (primary(sqlite.getResultCode())) {
          case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG, SQLITE_RANGE -> true;
          default -> false;
        };
      }
    }
    return !ofDatabase;
  }

  @Override
  public void close() {
    close(readerConnections);
    close(writerConnection);
  }

  private static HikariDataSource pool(String name, Path file, int size, boolean readOnly) {
    SQLiteConfig sqlite = new SQLiteConfig();
    sqlite.setJournalMode(SQLiteConfig.JournalMode.WAL);
    sqlite.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    sqlite.enforceForeignKeys(true);
    sqlite.setBusyTimeout((int) TURN_TIMEOUT.toMillis());
    sqlite.setTempStore(SQLiteConfig.TempStore.MEMORY);
    sqlite.setCacheSize(-KIB_OF_CACHE / size);
    if (!readOnly) {
      // The writer asks for the write lock at once: a transaction that read first could otherwise
      // be refused when it starts to write.
      sqlite.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    }
    SQLiteDataSource source = new SQLiteDataSource(sqlite);
    source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setDataSource(source);
    if (readOnly) {
      config.setConnectionInitSql("pragma query_only = true");
    }
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(1);
    config.setMaxLifetime(0);
    config.setConnectionTimeout(TURN_TIMEOUT.toMillis());
    return new HikariDataSource(config);
  }

  private static void migrate(HikariDataSource source) {
    try {
      Flyway.configure()
          .dataSource(source)
          .locations("classpath:fabwafer/hub/migration")
          .placeholderReplacement(false)
          // Features made side by side each take the next number, and are not merged in its order.
          .outOfOrder(true)
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new HubException("migration failed: " + e.getMessage(), e);
    }
  }

  /** The kind of a failure: SQLite's extended codes hold it in their lowest byte. */
  private static SQLiteErrorCode primary(SQLiteErrorCode extended) {
    return SQLiteErrorCode.getErrorCode(extended.code & 0xFF);
  }

  private static void close(@Nullable HikariDataSource source) {
    if (source != null) {
      source.close();
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
