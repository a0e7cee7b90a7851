package fabwafer.hub.following;

import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.database.Database;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.ImageMessage;
import fabwafer.protocol.PredictionMessage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What following needs, on a folder; wafers are stored as ingest stores them. */
final class FollowedHub implements AutoCloseable {
  static final DeviceName CAMERA = new DeviceName("faba", "camera1");

  /** Small batches, no rest between tries. */
  static final FollowingConfig CONFIG =
      new FollowingConfig(
          4, Duration.ofMillis(1), Duration.ofSeconds(60), Duration.ZERO, Duration.ZERO);

  final Database database;
  final Archive archive;
  final ClassificationStore classifications;
  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  long now = 1_000_000;

  FollowedHub(Path folder) {
    database = Database.open(folder);
    archive = new Archive(folder.resolve("archive"), database);
    classifications = new ClassificationStore(database);
  }

  Following following(WaferFollower... followers) {
    return new Following(
        database, archive, List.of(followers), CONFIG, metrics, () -> Instant.ofEpochMilli(now));
  }

  /** Stores image, then prediction. */
  void complete(String imgid, byte[] image) throws IOException {
    image(imgid, image);
    prediction(imgid);
  }

  void prediction(String imgid) {
    database.change(
        handle -> {
          Classification wafer =
              Classification.of(
                  PredictionMessage.of(CAMERA, imgid, 1_000, "Loc", 0.9),
                  archive.has(handle, CAMERA, imgid),
                  now);
          classifications.store(handle, wafer);
        });
  }

  void image(String imgid, byte[] image) throws IOException {
    ArchivedImage kept = archive.keep(ImageMessage.of(CAMERA, imgid, 1_000, image), now);
    database.change(
        handle -> archive.enter(handle, kept, classifications.imageCame(handle, CAMERA, imgid)));
  }

  @Override
  public void close() {
    database.close();
  }
}
