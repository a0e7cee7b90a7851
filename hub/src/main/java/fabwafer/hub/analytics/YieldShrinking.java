package fabwafer.hub.analytics;

import fabwafer.hub.HubException;
import fabwafer.hub.analytics.YieldFollower.LotKey;
import fabwafer.hub.analytics.YieldFollower.LotTotals;
import fabwafer.hub.analytics.YieldFollower.Source;
import fabwafer.hub.analytics.YieldFollower.StackKey;
import fabwafer.hub.analytics.YieldFollower.TimeKey;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.RemovedWafer;
import fabwafer.hub.classification.WaferMeasures;
import fabwafer.protocol.WaferFacts;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Takes what {@link YieldFollower} counted of wafers back, in the transaction that removes them: a
 * wafer's map leaves the stacked maps with its image, and the counts with its classification.
 */
public final class YieldShrinking {
  private final Archive archive;

  public YieldShrinking(Archive archive) {
    this.archive = archive;
  }

  /** Takes wafer maps out of the stacked maps; their files must be there still. */
  public void imagesGo(Handle handle, List<ArchivedImage> images) {
    Map<StackKey, DieStack> gone = new LinkedHashMap<>();
    for (ArchivedImage image : images) {
      for (Classification wafer : WaferMeasures.stacked(handle, image.device(), image.imgid())) {
        if (archive
            .find(wafer.device(), wafer.imgid(), wafer.timestampMillis())
            .filter(image::equals)
            .isPresent()) {
          unstack(handle, wafer, image, gone);
        }
      }
    }
    gone.forEach((key, stack) -> YieldRows.takeFrom(handle, key, stack));
  }

  private void unstack(
      Handle handle, Classification wafer, ArchivedImage image, Map<StackKey, DieStack> gone) {
    WaferMap map;
    try {
      map = WaferImages.read(image.imgid(), archive.read(image));
    } catch (WaferException | HubException e) {
      return; // The file is lost: what it showed stays counted, and retention goes on.
    }
    WaferMeasures.unstack(handle, wafer);
    for (StackKey key : YieldFollower.stacks(wafer, map)) {
      gone.computeIfAbsent(key, _ -> new DieStack(map.height(), map.width())).add(map);
    }
  }

  /** Takes wafers out of the counts by hour, day and lot. */
  public static void removed(Handle handle, List<RemovedWafer> wafers) {
    Map<TimeKey, Totals> hours = new LinkedHashMap<>();
    Map<TimeKey, Totals> days = new LinkedHashMap<>();
    Map<LotKey, LotTotals> lots = new LinkedHashMap<>();
    for (RemovedWafer removed : wafers) {
      if (removed.measured().isPresent()) {
        Classification wafer = removed.wafer();
        Totals totals =
            Totals.ofWafer(
                    wafer, removed.measured().get().all(), removed.measured().get().failing())
                .negated();
        WaferFacts facts = wafer.facts();
        Source source = Source.of(wafer, facts);
        hours.merge(TimeKey.of(wafer, source, Selection.HOUR), totals, Totals::plus);
        days.merge(TimeKey.of(wafer, source, Selection.DAY), totals, Totals::plus);
        if (!facts.lot().isEmpty()) {
          long time = wafer.timestampMillis();
          lots.merge(
              new LotKey(facts.lot(), source, wafer.prediction()),
              new LotTotals(totals, time, time),
              LotTotals::plus);
        }
      }
    }
    hours.forEach((key, totals) -> YieldRows.addTo(handle, "wafer_hours", key, totals));
    days.forEach((key, totals) -> YieldRows.addTo(handle, "wafer_days", key, totals));
    lots.forEach((key, totals) -> YieldRows.addTo(handle, key, totals));
    hours.keySet().forEach(key -> YieldRows.dropEmpty(handle, "wafer_hours", key));
    days.keySet().forEach(key -> YieldRows.dropEmpty(handle, "wafer_days", key));
    lots.keySet().forEach(key -> YieldRows.dropEmpty(handle, key));
  }
}
