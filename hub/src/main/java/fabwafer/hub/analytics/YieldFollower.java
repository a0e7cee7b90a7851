package fabwafer.hub.analytics;

import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.WaferMeasures;
import fabwafer.hub.following.FollowedWafer;
import fabwafer.hub.following.WaferFollower;
import fabwafer.protocol.WaferFacts;
import fabwafer.wafer.WaferMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Counts every wafer once: yield and labels by hour, day and lot, failing dies by position and day
 * or lot. Dies are those of the wafer map; without one, those that the wafer's file counts.
 */
public final class YieldFollower implements WaferFollower {
  private final Map<TimeKey, Totals> hours = new LinkedHashMap<>();
  private final Map<TimeKey, Totals> days = new LinkedHashMap<>();
  private final Map<LotKey, LotTotals> lots = new LinkedHashMap<>();
  private final Map<StackKey, DieStack> stacks = new LinkedHashMap<>();

  @Override
  public String name() {
    return "yield";
  }

  @Override
  public void follow(Handle handle, FollowedWafer wafer) {
    followAll(handle, List.of(wafer));
  }

  /** Adds up a batch first: wafers that follow each other are mostly of one lot. */
  @Override
  public void followAll(Handle handle, List<FollowedWafer> wafers) {
    hours.clear();
    days.clear();
    lots.clear();
    stacks.clear();
    wafers.forEach(wafer -> add(handle, wafer));
    hours.forEach((key, totals) -> YieldRows.addTo(handle, "wafer_hours", key, totals));
    days.forEach((key, totals) -> YieldRows.addTo(handle, "wafer_days", key, totals));
    lots.forEach((key, totals) -> YieldRows.addTo(handle, key, totals));
    stacks.forEach((key, stack) -> YieldRows.addTo(handle, key, stack));
  }

  /** A place of the table of hours or of days. */
  record TimeKey(long start, Source source, String prediction) {
    static TimeKey of(Classification wafer, Source source, long width) {
      long start = Math.floorDiv(wafer.timestampMillis(), width) * width;
      return new TimeKey(start, source, wafer.prediction());
    }
  }

  /** Where wafers come from; product is empty where it is unknown. */
  record Source(String fab, String camera, String product) {
    static Source of(Classification wafer, WaferFacts facts) {
      return new Source(wafer.device().fab(), wafer.device().camera(), facts.product());
    }
  }

  record LotKey(String lot, Source source, String prediction) {}

  record LotTotals(Totals totals, long first, long last) {
    LotTotals plus(LotTotals other) {
      return new LotTotals(
          totals.plus(other.totals), Math.min(first, other.first), Math.max(last, other.last));
    }
  }

  /** A stack by lot, or by day where there is no lot name: {@code by} is the lot or the day. */
  record StackKey(boolean ofLot, Object by, Source source, int height, int width) {}

  private void add(Handle handle, FollowedWafer wafer) {
    Classification classification = wafer.classification();
    WaferFacts facts = classification.facts();
    long time = classification.timestampMillis();
    Source source = Source.of(classification, facts);
    Totals totals = totals(classification, facts, wafer.map());
    if (!WaferMeasures.note(handle, classification, totals.dies(), totals.failing(), wafer.map())) {
      return; // Retention removed it meanwhile.
    }
    String prediction = classification.prediction();
    hours.merge(TimeKey.of(classification, source, Selection.HOUR), totals, Totals::plus);
    days.merge(TimeKey.of(classification, source, Selection.DAY), totals, Totals::plus);
    if (!facts.lot().isEmpty()) {
      lots.merge(
          new LotKey(facts.lot(), source, prediction),
          new LotTotals(totals, time, time),
          LotTotals::plus);
    }
    wafer
        .map()
        .ifPresent(
            map ->
                stacks(classification, map)
                    .forEach(
                        key ->
                            stacks
                                .computeIfAbsent(key, _ -> new DieStack(map.height(), map.width()))
                                .add(map)));
  }

  /** The stacks of which a wafer map is part: its day's, and its lot's where it has one. */
  static List<StackKey> stacks(Classification wafer, WaferMap map) {
    WaferFacts facts = wafer.facts();
    Source source = Source.of(wafer, facts);
    long day = Math.floorDiv(wafer.timestampMillis(), Selection.DAY) * Selection.DAY;
    List<StackKey> keys = new ArrayList<>();
    keys.add(new StackKey(false, day, source, map.height(), map.width()));
    if (!facts.lot().isEmpty()) {
      keys.add(new StackKey(true, facts.lot(), source, map.height(), map.width()));
    }
    return keys;
  }

  private static Totals totals(
      Classification classification, WaferFacts facts, Optional<WaferMap> map) {
    long dies =
        map.map(WaferMap::dies)
            .or(() -> facts.dies().map(counted -> counted.pass() + counted.fail()))
            .orElse(0);
    long failing =
        map.map(WaferMap::failingDies).or(() -> facts.dies().map(WaferFacts.Dies::fail)).orElse(0);
    return Totals.ofWafer(classification, dies, failing);
  }
}
