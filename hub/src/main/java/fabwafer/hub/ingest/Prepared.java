package fabwafer.hub.ingest;

import fabwafer.hub.archive.ArchivedImage;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.ImageMessage;
import fabwafer.protocol.PredictionMessage;
import fabwafer.protocol.StatusMessage;
import fabwafer.protocol.model.ChunkRequest;
import fabwafer.protocol.model.ModelReport;

/** A message that was read, and what is left to do with it in the transaction. */
sealed interface Prepared {
  /** An image whose file is in the archive. */
  record Image(ArchivedImage image) implements Prepared {}

  /** An image whose file could not be written. */
  record UnwrittenImage(ImageMessage message) implements Prepared {}

  record Prediction(PredictionMessage message) implements Prepared {}

  record Status(DeviceName device, StatusMessage message) implements Prepared {}

  record Reported(DeviceName device, ModelReport report) implements Prepared {}

  record Wanted(DeviceName device, ChunkRequest request) implements Prepared {}

  /** A message that breaks the protocol. */
  record Unfit(String reason) implements Prepared {}

  /** A message that is not for the hub. */
  record Foreign() implements Prepared {}
}
