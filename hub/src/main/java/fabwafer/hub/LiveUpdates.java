package fabwafer.hub;

import fabwafer.hub.alarm.Alarm;
import fabwafer.hub.alarm.AlarmJson;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.catalogue.Camera;
import fabwafer.hub.catalogue.DeviceRoutes;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.image.ImageJson;
import fabwafer.hub.ingest.IngestListener;
import fabwafer.hub.quarantine.QuarantineRoutes;
import fabwafer.hub.quarantine.RefusedMessage;
import fabwafer.hub.web.LiveEvents;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Tells browsers what ingest stored, as the REST contract writes it. */
final class LiveUpdates implements IngestListener {
  private final LiveEvents events;
  private final Runnable onAlarm;

  /**
   * Updates.
   *
   * @param onAlarm is run for each alarm that was opened or counted
   */
  LiveUpdates(LiveEvents events, Runnable onAlarm) {
    this.events = events;
    this.onAlarm = onAlarm;
  }

  @Override
  public void classified(Classification classification) {
    // What was stored just now has no label by a person yet.
    events.publish("classification", ImageJson.json(classification, Optional.empty()));
  }

  @Override
  public void archived(ArchivedImage image) {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("fab", image.device().fab());
    json.put("camera", image.device().camera());
    json.put("imgid", image.imgid());
    json.put("timestamp", image.timestampMillis());
    ImageJson.putUrls(json, image.device(), image.imgid(), image.timestampMillis(), true);
    events.publish("image", json);
  }

  @Override
  public void alarmed(Alarm alarm) {
    onAlarm.run();
    changed(alarm);
  }

  /** Tells of an alarm that ended. */
  void changed(Alarm alarm) {
    events.publish("alarm", AlarmJson.of(alarm));
  }

  @Override
  public void cameraChanged(Camera camera) {
    ObjectNode json = DeviceRoutes.json(camera);
    json.put("fab", camera.device().fab());
    events.publish("status", json);
  }

  @Override
  public void refused(RefusedMessage message) {
    events.publish("quarantine", QuarantineRoutes.json(message));
  }
}
