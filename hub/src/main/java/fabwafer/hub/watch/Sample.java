package fabwafer.hub.watch;

import fabwafer.hub.web.Json;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Wafers as counts of one measure, and how much wafers that follow each other are alike. Not safe
 * across threads.
 */
final class Sample {
  /** Wafers of a block: as many as a lot has. */
  static final int BLOCK = 25;

  /** Fewer blocks tell too little of how they differ. */
  private static final int LEAST_BLOCKS = 4;

  /** Most values that are told apart; further ones count as the value just below. */
  private static final int MAX_VALUES = 512;

  private final TreeMap<String, Long> counts = new TreeMap<>();
  private long wafers;
  private long fromMillis = Long.MAX_VALUE;
  private long toMillis;
  private double sum;
  private double squares;
  private double blockSum;
  private int inBlock;
  private long blocks;
  private double means;
  private double meanSquares;

  /**
   * Adds a wafer.
   *
   * @param value under which it is counted; values are ordered as texts
   * @param number what of the value is held against that of its neighbours
   */
  void add(String value, double number, long timeMillis) {
    String counted = value;
    if (counts.size() >= MAX_VALUES && !counts.containsKey(value)) {
      String below = counts.floorKey(value);
      counted = below == null ? counts.firstKey() : below;
    }
    counts.merge(counted, 1L, Long::sum);
    wafers++;
    fromMillis = Math.min(fromMillis, timeMillis);
    toMillis = Math.max(toMillis, timeMillis);
    sum += number;
    squares += number * number;
    blockSum += number;
    inBlock++;
    if (inBlock == BLOCK) {
      double mean = blockSum / BLOCK;
      blocks++;
      means += mean;
      meanSquares += mean * mean;
      blockSum = 0;
      inBlock = 0;
    }
  }

  long wafers() {
    return wafers;
  }

  long fromMillis() {
    return wafers == 0 ? 0 : fromMillis;
  }

  long toMillis() {
    return toMillis;
  }

  /** Value → wafers, in the order of the values. */
  SortedMap<String, Long> counts() {
    return Collections.unmodifiableSortedMap(counts);
  }

  /**
   * The design effect: how many wafers say as much as one that is drawn by itself, as those of a
   * lot are alike. The variance of the means of blocks, times their size, over that of single
   * wafers; 1 at least, a block's size at most. Source: L. Kish, Survey Sampling, 1965, 5.4 and
   * 8.2.
   */
  double designEffect() {
    double mean = wafers == 0 ? 0 : sum / wafers;
    double variance = wafers == 0 ? 0 : squares / wafers - mean * mean;
    if (blocks < LEAST_BLOCKS || variance <= 1e-12 * Math.max(1, mean * mean)) {
      return 1;
    }
    double meanOfBlocks = means / blocks;
    double ofBlocks = (meanSquares / blocks - meanOfBlocks * meanOfBlocks) * blocks / (blocks - 1);
    return Math.clamp(BLOCK * ofBlocks / variance, 1, BLOCK);
  }

  ObjectNode json() {
    ObjectNode json =
        Json.object()
            .put("wafers", wafers)
            .put("from", fromMillis)
            .put("to", toMillis)
            .put("sum", sum)
            .put("squares", squares)
            .put("blockSum", blockSum)
            .put("inBlock", inBlock)
            .put("blocks", blocks)
            .put("means", means)
            .put("meanSquares", meanSquares);
    counts.forEach(json.putObject("counts")::put);
    return json;
  }

  static Sample of(JsonNode json) {
    Sample sample = new Sample();
    sample.wafers = json.path("wafers").longValue();
    sample.fromMillis = json.path("from").longValue();
    sample.toMillis = json.path("to").longValue();
    sample.sum = json.path("sum").doubleValue();
    sample.squares = json.path("squares").doubleValue();
    sample.blockSum = json.path("blockSum").doubleValue();
    sample.inBlock = json.path("inBlock").intValue();
    sample.blocks = json.path("blocks").longValue();
    sample.means = json.path("means").doubleValue();
    sample.meanSquares = json.path("meanSquares").doubleValue();
    for (Map.Entry<String, JsonNode> count : json.path("counts").properties()) {
      sample.counts.put(count.getKey(), count.getValue().longValue());
    }
    return sample;
  }
}
