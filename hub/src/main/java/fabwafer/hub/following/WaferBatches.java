package fabwafer.hub.following;

import fabwafer.hub.HubException;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.classification.Arrivals;
import fabwafer.hub.classification.Arrivals.Arrived;
import fabwafer.hub.classification.Classification;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads wafers in their order, with their wafer maps. */
final class WaferBatches {
  /** Positions of a batch's wafer maps, past which it ends: one largest wafer map's. */
  private static final long MAX_POSITIONS = (long) WaferMap.MAX_SIDE * WaferMap.MAX_SIDE;

  private final Arrivals arrivals;
  private final Archive archive;

  WaferBatches(Arrivals arrivals, Archive archive) {
    this.arrivals = arrivals;
    this.archive = archive;
  }

  /** A wafer and its place. */
  record Placed(long place, FollowedWafer wafer) {}

  /** The wafers that come after a place, at most so many and up to another place; may be none. */
  List<Placed> read(long after, long upTo, int limit) {
    List<Placed> batch = new ArrayList<>();
    long positions = 0;
    for (Arrived arrived : arrivals.between(after, upTo, limit)) {
      Optional<WaferMap> map = map(arrived.classification());
      batch.add(new Placed(arrived.place(), new FollowedWafer(arrived.classification(), map)));
      positions += map.map(shown -> (long) shown.height() * shown.width()).orElse(0L);
      if (positions >= MAX_POSITIONS) {
        break;
      }
    }
    return batch;
  }

  private Optional<WaferMap> map(Classification wafer) {
    if (!wafer.hasImage()) {
      return Optional.empty();
    }
    Optional<ArchivedImage> image =
        archive.find(wafer.device(), wafer.imgid(), wafer.timestampMillis());
    try {
      return image.map(file -> WaferImages.read(file.imgid(), archive.read(file)));
    } catch (WaferException e) {
      return Optional.empty();
    } catch (HubException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        return Optional.empty(); // Retention, or a person, removed it.
      }
      throw e;
    }
  }
}
