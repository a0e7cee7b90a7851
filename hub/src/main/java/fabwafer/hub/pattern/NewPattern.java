package fabwafer.hub.pattern;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A pattern that a person named, and that no model knows yet.
 *
 * @param id of the row
 * @param name its label
 * @param createdBy the account that named it
 * @param createdMillis when, milliseconds since 1970
 * @param named wafers that people said to be of it
 * @param matched wafers that the hub matched to it
 */
public record NewPattern(
    long id, String name, String createdBy, long createdMillis, long named, long matched) {

  static NewPattern read(ResultSet row) throws SQLException {
    return new NewPattern(
        row.getLong("id"),
        row.getString("name"),
        row.getString("created_by"),
        row.getLong("created"),
        row.getLong("named"),
        row.getLong("matched"));
  }
}
