package fabwafer.hub.review;

import fabwafer.hub.classification.ClassificationQuery.Cursor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What a reviewer said of a wafer.
 *
 * @param wafer which
 * @param reviewer the account
 * @param label the label; several patterns are joined by +; empty where it was taken back
 * @param kind why the wafer was given out
 * @param prediction what the model in the field had said
 * @param model that model's id; empty where the device did not tell
 * @param blind whether the reviewer was not told what the model had said
 * @param atMillis when, milliseconds since 1970
 */
record Opinion(
    Cursor wafer,
    String reviewer,
    Optional<String> label,
    ReviewKind kind,
    String prediction,
    String model,
    boolean blind,
    long atMillis) {

  static Opinion read(ResultSet row) throws SQLException {
    return new Opinion(
        new Cursor(row.getLong("timestamp"), row.getString("imgid")),
        row.getString("reviewer"),
        Optional.ofNullable(row.getString("label")),
        ReviewKind.ofWord(row.getString("kind")),
        row.getString("prediction"),
        row.getString("model"),
        row.getInt("blind") == 1,
        row.getLong("at"));
  }
}
