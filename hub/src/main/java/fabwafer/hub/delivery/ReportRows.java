package fabwafer.hub.delivery;

import fabwafer.protocol.DeviceName;
import fabwafer.protocol.model.ModelReport;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table of what agents said of their models last. */
final class ReportRows {
  /** Most agents of one camera that are remembered; the oldest gives way. */
  private static final int MAX_AGENTS = 8;

  private ReportRows() {}

  /** A report and whose it is. */
  record Reported(DeviceName device, ModelReport report, long atMillis) {}

  static void put(Handle handle, DeviceName device, ModelReport report, long now) {
    handle
        .createUpdate(
            "insert or replace into model_reports (fab, camera, agent, state, serving, sequence,"
                + " desired_sequence, received, reason, previous, wafers, errors, compared,"
                + " disagreements, mean_millis, previous_millis, at) values (:fab, :camera,"
                + " :agent, :state, :serving, :sequence, :desired, :received, :reason, :previous,"
                + " :wafers, :errors, :compared, :disagreements, :mean, :previousMean, :now)")
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .bind("agent", report.agent())
        .bind("state", report.state().word())
        .bind("serving", report.serving())
        .bind("sequence", report.sequence())
        .bind("desired", report.desiredSequence())
        .bind("received", report.received())
        .bind("reason", report.reason().orElse(null))
        .bind("previous", report.previous().orElse(null))
        .bind("wafers", report.counts().wafers())
        .bind("errors", report.counts().errors())
        .bind("compared", report.counts().compared())
        .bind("disagreements", report.counts().disagreements())
        .bind("mean", report.counts().meanMillis())
        .bind("previousMean", report.counts().previousMeanMillis())
        .bind("now", now)
        .execute();
    handle
        .createUpdate(
            "delete from model_reports where fab = :fab and camera = :camera and agent not in"
                + " (select agent from model_reports where fab = :fab and camera = :camera"
                + " order by at desc limit :most)")
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .bind("most", MAX_AGENTS)
        .execute();
  }

  static List<Reported> all(Handle handle) {
    return handle
        .createQuery("select * from model_reports order by fab, camera, agent")
        .map((row, _) -> read(row))
        .list();
  }

  private static Reported read(ResultSet row) throws SQLException {
    ModelReport report =
        new ModelReport(
            row.getString("agent"),
            ModelReport.State.ofWord(row.getString("state")).orElseThrow(),
            row.getString("serving"),
            row.getLong("sequence"),
            row.getLong("desired_sequence"),
            row.getLong("received"),
            Optional.ofNullable(row.getString("reason")),
            Optional.ofNullable(row.getString("previous")),
            new ModelReport.Counts(
                row.getLong("wafers"),
                row.getLong("errors"),
                row.getLong("compared"),
                row.getLong("disagreements"),
                row.getDouble("mean_millis"),
                row.getDouble("previous_millis")));
    return new Reported(
        new DeviceName(row.getString("fab"), row.getString("camera")), report, row.getLong("at"));
  }
}
