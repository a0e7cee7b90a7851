package fabwafer.hub.ingest;

import fabwafer.hub.alarm.Alarm;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.catalogue.Camera;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.quarantine.RefusedMessage;

/**
 * Hears of what was stored, after its commit, on ingest's thread: a listener returns at once. What
 * it is told may have changed again since; a kill between commit and call leaves it untold.
 */
public interface IngestListener {
  /** A new classification was stored. */
  void classified(Classification classification);

  /** A new image was archived. */
  void archived(ArchivedImage image);

  /** An alarm was opened or counted a further wafer. */
  void alarmed(Alarm alarm);

  /** A camera is new, or told how it is. */
  void cameraChanged(Camera camera);

  /** A message was refused. */
  void refused(RefusedMessage message);
}
