package fabwafer.hub.analytics;

import fabwafer.hub.classification.Classification;
import fabwafer.hub.following.FollowedWafer;
import fabwafer.hub.following.WaferFollower;
import fabwafer.protocol.WaferFacts;
import fabwafer.wafer.WaferMap;
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
    wafers.forEach(this::add);
    hours.forEach((key, totals) -> YieldRows.addTo(handle, "wafer_hours", key, totals));
    days.forEach((key, totals) -> YieldRows.addTo(handle, "wafer_days", key, totals));
    lots.forEach((key, totals) -> YieldRows.addTo(handle, key, totals));
    stacks.forEach((key, stack) -> YieldRows.addTo(handle, key, stack));
  }

  /** A place of the table of hours or of days. */
  record TimeKey(long start, Source source, String prediction) {}

  /** Where wafers come from; product is empty where it is unknown. */
  record Source(String fab, String camera, String product) {}

  record LotKey(String lot, Source source, String prediction) {}

  record LotTotals(Totals totals, long first, long last) {
    LotTotals plus(LotTotals other) {
      return new LotTotals(
          totals.plus(other.totals), Math.min(first, other.first), Math.max(last, other.last));
    }
  }

  /** A stack by lot, or by day where there is no lot name: {@code by} is the lot or the day. */
  record StackKey(boolean ofLot, Object by, Source source, int height, int width) {}

  private void add(FollowedWafer wafer) {
    Classification classification = wafer.classification();
    WaferFacts facts = classification.facts();
    long time = classification.timestampMillis();
    Source source =
        new Source(
            classification.device().fab(), classification.device().camera(), facts.product());
    Totals totals = totals(classification, facts, wafer.map());
    String prediction = classification.prediction();
    hours.merge(new TimeKey(floor(time, Selection.HOUR), source, prediction), totals, Totals::plus);
    days.merge(new TimeKey(floor(time, Selection.DAY), source, prediction), totals, Totals::plus);
    if (!facts.lot().isEmpty()) {
      lots.merge(
          new LotKey(facts.lot(), source, prediction),
          new LotTotals(totals, time, time),
          LotTotals::plus);
    }
    wafer
        .map()
        .ifPresent(
            map -> {
              stack(false, floor(time, Selection.DAY), source, map);
              if (!facts.lot().isEmpty()) {
                stack(true, facts.lot(), source, map);
              }
            });
  }

  private void stack(boolean ofLot, Object by, Source source, WaferMap map) {
    stacks
        .computeIfAbsent(
            new StackKey(ofLot, by, source, map.height(), map.width()),
            key -> new DieStack(map.height(), map.width()))
        .add(map);
  }

  private static Totals totals(
      Classification classification, WaferFacts facts, Optional<WaferMap> map) {
    long dies =
        map.map(WaferMap::dies)
            .or(() -> facts.dies().map(counted -> counted.pass() + counted.fail()))
            .orElse(0);
    long failing =
        map.map(WaferMap::failingDies).or(() -> facts.dies().map(WaferFacts.Dies::fail)).orElse(0);
    double yield = dies == 0 ? 0 : 1 - (double) failing / dies;
    return new Totals(
        1,
        classification.isDefect() ? 1 : 0,
        dies == 0 ? 0 : 1,
        dies,
        failing,
        yield,
        yield * yield);
  }

  private static long floor(long millis, long width) {
    return Math.floorDiv(millis, width) * width;
  }
}
