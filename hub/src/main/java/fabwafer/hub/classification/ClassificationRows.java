package fabwafer.hub.classification;

import fabwafer.protocol.DeviceName;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A row of the table as a classification. */
final class ClassificationRows {
  /** What {@link #read} needs. */
  static final String COLUMNS =
      "imgid, timestamp, fab, camera, prediction, probability, more, has_image, received";

  private ClassificationRows() {}

  static Classification read(ResultSet row) throws SQLException {
    String more = row.getString("more");
    return new Classification(
        row.getString("imgid"),
        row.getLong("timestamp"),
        new DeviceName(row.getString("fab"), row.getString("camera")),
        row.getString("prediction"),
        row.getDouble("probability"),
        more == null ? "{}" : more,
        row.getInt("has_image") == 1,
        row.getLong("received"));
  }
}
