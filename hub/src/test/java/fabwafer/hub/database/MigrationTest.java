package fabwafer.hub.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
