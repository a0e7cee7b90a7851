package fabwafer.hub.database;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationTest {
  @TempDir private Path folder;

  @Test
  void wafersStoredByAnOlderHub_areFoundByTheirPattern_andHaveNoDecision() throws SQLException {
    String url = "jdbc:sqlite:" + folder.resolve(Database.FILE_NAME);
    Flyway.configure()
        .dataSource(url, null, null)
        .locations("classpath:fabwafer/hub/migration")
        .target("3")
        .load()
        .migrate();
    try (Connection older = DriverManager.getConnection(url);
        Statement statement = older.createStatement()) {
      statement.executeUpdate(
          "insert into classifications values"
              + " ('a', 1, 'faba', 'camera1', 'Donut', 0.9, null, 0, 1),"
              + " ('b', 2, 'faba', 'camera1', 'none', 0.9, null, 0, 2)");
    }
    try (Database database = Database.open(folder)) {
      List<String> found =
          database.read(
              handle ->
                  handle
                      .createQuery(
                          "select imgid || ' ' || pattern from wafer_patterns"
                              + " join classifications using (imgid, timestamp)"
                              + " where decision is null")
                      .mapTo(String.class)
                      .list());
      assertThat(found).containsExactly("a Donut");
    }
  }

  /** Dumps of databases as hubs of each release left them; made once, never changed. */
  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2", "v3", "v4"})
  void databaseOfEveryReleasedVersion_isBroughtUpToDate_withAllThatItHeld(String version)
      throws SQLException, IOException {
    load(version);
    try (Database database = Database.open(folder)) {
      assertThat(texts(database, "select imgid from classifications order by imgid"))
          .containsExactly("wafer0", "wafer1", "wafer2");
      assertThat(texts(database, "select imgid || ' ' || pattern from wafer_patterns order by 1"))
          .containsExactly("wafer0 Donut", "wafer2 Loc");
      assertThat(texts(database, "select imgid from images where has_classification = 0"))
          .containsExactly("wafer9");
      assertThat(texts(database, "select pattern || ' ' || state from alarms"))
          .containsExactly("Donut open");
      assertThat(texts(database, "select imgid from alarm_wafers")).containsExactly("wafer0");
      assertThat(texts(database, "select way || ' ' || tries from outbox"))
          .containsExactly("webhook 2");
      assertThat(texts(database, "select camera from fabs")).containsExactly("camera1");
      assertThat(texts(database, "select reason from quarantine")).containsExactly("not JSON");
      assertThat(texts(database, "select imgid from unwritten_images")).containsExactly("waferp");
      assertThat(texts(database, "select name from accounts"))
          .hasSize(version.compareTo("v2") < 0 ? 0 : 1);
      assertThat(texts(database, "select ground_truth from ground_truths"))
          .hasSize(version.compareTo("v3") < 0 ? 0 : 1);
      assertThat(texts(database, "pragma integrity_check")).containsExactly("ok");
      assertThat(texts(database, "select version from flyway_schema_history where success = 0"))
          .isEmpty();
    }
  }

  private void load(String version) throws SQLException, IOException {
    String dump;
    try (InputStream in = MigrationTest.class.getResourceAsStream(version + ".sql")) {
      dump = new String(Objects.requireNonNull(in, version).readAllBytes(), UTF_8);
    }
    String url = "jdbc:sqlite:" + folder.resolve(Database.FILE_NAME);
    try (Connection older = DriverManager.getConnection(url);
        Statement statement = older.createStatement()) {
      for (String part : dump.replaceAll("(?m)^--.*$", "").split(";\\n", -1)) {
        if (!part.isBlank()) {
          statement.executeUpdate(part);
        }
      }
    }
  }

  private static List<String> texts(Database database, String query) {
    return database.read(handle -> handle.createQuery(query).mapTo(String.class).list());
  }
}
