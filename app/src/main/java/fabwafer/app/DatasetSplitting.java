package fabwafer.app;

import fabwafer.app.DatasetSplitCommand.By;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Puts wafers into train, valid and test. */
final class DatasetSplitting {
  private static final List<Split> PARTS = List.of(Split.TRAIN, Split.VALID, Split.TEST);

  private final List<Wafer> wafers;
  private final double[] shares;
  private final Random random;

  /**
   * What a split looks at.
   *
   * @param label empty where nobody labelled it
   * @param unit lot or group, empty where it has neither
   * @param part what its maker called its part
   * @param time when it was tested, empty where that is not known
   */
  record Wafer(String label, String unit, String part, String time) {}

  /**
   * Wafers to split.
   *
   * @param percent shares of train, valid and test, which add up to 100
   */
  DatasetSplitting(List<Wafer> wafers, List<Double> percent, long seed) {
    this.wafers = List.copyOf(wafers);
    this.shares = percent.stream().mapToDouble(share -> share / 100).toArray();
    this.random = new Random(seed);
  }

  /**
   * The part of each wafer, in the order of the wafers.
   *
   * @throws WaferException if lots are asked for and wafers have none, or parts and they have none
   */
  Split[] split(By by) {
    Split[] splits = new Split[wafers.size()];
    Arrays.fill(splits, Split.UNSPLIT);
    List<Integer> labelled = new ArrayList<>();
    for (int i = 0; i < wafers.size(); i++) {
      if (!wafers.get(i).label().isEmpty()) {
        labelled.add(i);
      }
    }
    if (labelled.isEmpty()) {
      throw new WaferException("no wafer has a label, so none can train or test");
    }
    switch (by) {
      case WAFER -> byWafer(labelled, splits);
      case LOT -> byLot(labelled, splits, shares);
      case ORDER -> inOrder(labelled, splits);
      case PART -> byPart(labelled, splits);
      case TIME -> byTime(labelled, splits);
      case COLUMN -> throw new IllegalArgumentException("a column says its parts itself");
    }
    return splits;
  }

  private void byWafer(List<Integer> labelled, Split[] splits) {
    Map<String, List<Integer>> byLabel = new TreeMap<>();
    labelled.forEach(
        i -> byLabel.computeIfAbsent(wafers.get(i).label(), l -> new ArrayList<>()).add(i));
    for (List<Integer> ofLabel : byLabel.values()) {
      Collections.shuffle(ofLabel, random);
      inOrder(ofLabel, splits);
    }
  }

  private void inOrder(List<Integer> indices, Split[] splits) {
    long train = Math.round(shares[0] * indices.size());
    long valid = Math.round((shares[0] + shares[1]) * indices.size());
    for (int i = 0; i < indices.size(); i++) {
      splits[indices.get(i)] = i < train ? Split.TRAIN : i < valid ? Split.VALID : Split.TEST;
    }
  }

  /** Lots one after the other by their first wafer's time: what is tested comes after all else. */
  private void byTime(List<Integer> labelled, Split[] splits) {
    Map<String, Instant> firstOfUnit = new HashMap<>();
    Map<Integer, Instant> times = new HashMap<>();
    for (int i : labelled) {
      Instant time = time(i);
      times.put(i, time);
      firstOfUnit.merge(unit(i), time, (a, b) -> a.isBefore(b) ? a : b);
    }
    List<Integer> ordered = new ArrayList<>(labelled);
    ordered.sort(
        Comparator.comparing((Integer i) -> firstOfUnit.getOrDefault(unit(i), Instant.EPOCH))
            .thenComparing(this::unit)
            .thenComparing(i -> times.getOrDefault(i, Instant.EPOCH)));
    inOrder(ordered, splits);
    String unit = "";
    Split part = Split.TRAIN;
    for (int i : ordered) {
      // The lot that a limit falls into goes whole to the earlier part.
      part = unit(i).equals(unit) ? part : splits[i];
      unit = unit(i);
      splits[i] = part;
    }
  }

  private Instant time(int index) {
    String time = wafers.get(index).time();
    return WaferTime.parse(time)
        .orElseThrow(
            () ->
                new WaferException(
                    time.isEmpty()
                        ? "wafer %,d has no time; split --by lot or order".formatted(index)
                        : "wafer %,d has the time '%s', which is none that is known"
                            .formatted(index, time)));
  }

  /** A wafer without lot and group is a unit of its own. */
  private String unit(int index) {
    String unit = wafers.get(index).unit();
    return unit.isEmpty() ? "wafer " + index : unit;
  }

  private void byPart(List<Integer> labelled, Split[] splits) {
    List<Integer> rest = new ArrayList<>();
    for (int i : labelled) {
      String part = wafers.get(i).part().toLowerCase(Locale.ROOT);
      if (part.isEmpty()) {
        throw new WaferException(
            "wafer %,d has a label and no part; --by part needs both".formatted(i));
      }
      if (part.startsWith("test")) {
        splits[i] = Split.TEST;
      } else {
        rest.add(i);
      }
    }
    double both = shares[0] + shares[1];
    byLot(rest, splits, new double[] {shares[0] / both, shares[1] / both, 0});
  }

  /**
   * Gives each lot, in random order and the largest first, to the part that lacks its labels most.
   */
  private void byLot(List<Integer> labelled, Split[] splits, double[] wished) {
    Map<String, List<Integer>> units = new LinkedHashMap<>();
    Map<String, Integer> totals = new HashMap<>();
    for (int i : labelled) {
      Wafer wafer = wafers.get(i);
      if (wafer.unit().isEmpty()) {
        throw new WaferException(
            "wafer %,d has neither lot nor group; split --by wafer or order".formatted(i));
      }
      units.computeIfAbsent(wafer.unit(), unit -> new ArrayList<>()).add(i);
      totals.merge(wafer.label(), 1, Integer::sum);
    }
    List<List<Integer>> shuffled = new ArrayList<>(units.values());
    Collections.shuffle(shuffled, random);
    shuffled.sort((a, b) -> Integer.compare(b.size(), a.size()));
    List<Map<String, Integer>> given = List.of(new HashMap<>(), new HashMap<>(), new HashMap<>());
    for (List<Integer> unit : shuffled) {
      int best = 0;
      double most = Double.NEGATIVE_INFINITY;
      for (int part = 0; part < PARTS.size(); part++) {
        double lack = wished[part] == 0 ? Double.NEGATIVE_INFINITY : 0;
        for (int i : unit) {
          String label = wafers.get(i).label();
          int total = totals.getOrDefault(label, 1);
          int has = given.get(part).getOrDefault(label, 0);
          lack += (wished[part] * total - has) / (wished[part] * total);
        }
        if (lack > most) {
          most = lack;
          best = part;
        }
      }
      for (int i : unit) {
        splits[i] = PARTS.get(best);
        given.get(best).merge(wafers.get(i).label(), 1, Integer::sum);
      }
    }
  }
}
