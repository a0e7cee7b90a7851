package fabwafer.hub.rule;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The alarms that a rule would have opened, in memory: the latest of a stream that is no further
 * than the quiet time from a wafer is counted on, else one is opened, as {@link
 * fabwafer.hub.alarm.Situations} does in the database.
 */
final class Episodes {
  /** Most wafers kept of an episode: further ones are no longer told apart, nor counted. */
  static final int MAX_WAFERS = 2_000;

  private final long quietMillis;
  private final Map<String, List<Episode>> byStream = new HashMap<>();
  private final List<Episode> all = new ArrayList<>();

  Episodes(Duration quietTime) {
    this.quietMillis = quietTime.toMillis();
  }

  /** An alarm that would have been. */
  static final class Episode {
    private final String stream;
    private final String sentence;
    private final Map<Key, BadWafer> wafers = new LinkedHashMap<>();
    private long firstMillis = Long.MAX_VALUE;
    private long lastMillis = Long.MIN_VALUE;

    private Episode(String stream, String sentence) {
      this.stream = stream;
      this.sentence = sentence;
    }

    String stream() {
      return stream;
    }

    /** Why it opened. */
    String sentence() {
      return sentence;
    }

    /** How many wafers it has, up to {@link #MAX_WAFERS}. */
    int count() {
      return wafers.size();
    }

    /** Its wafers, at most {@link #MAX_WAFERS}, in the order in which they were counted. */
    List<BadWafer> wafers() {
      return List.copyOf(wafers.values());
    }

    /** Time of its first wafer. */
    long firstMillis() {
      return firstMillis;
    }

    /** Time of its last wafer. */
    long lastMillis() {
      return lastMillis;
    }

    private void add(BadWafer wafer) {
      if (wafers.size() < MAX_WAFERS) {
        wafers.putIfAbsent(new Key(wafer.imgid(), wafer.timestampMillis()), wafer);
      }
      firstMillis = Math.min(firstMillis, wafer.timestampMillis());
      lastMillis = Math.max(lastMillis, wafer.timestampMillis());
    }
  }

  /** Names a wafer. */
  record Key(String imgid, long timestampMillis) {}

  /** Counts a firing. */
  void fired(RuleRun.Signal signal) {
    long at = signal.wafers().getLast().timestampMillis();
    List<Episode> ofStream = byStream.computeIfAbsent(signal.stream(), _ -> new ArrayList<>());
    Episode latest = null;
    for (Episode episode : ofStream) {
      boolean near =
          episode.lastMillis >= at - quietMillis && episode.firstMillis <= at + quietMillis;
      if (near && (latest == null || episode.lastMillis >= latest.lastMillis)) {
        latest = episode;
      }
    }
    if (latest == null) {
      latest = new Episode(signal.stream(), signal.sentence());
      ofStream.add(latest);
      all.add(latest);
    }
    signal.wafers().forEach(latest::add);
  }

  /** All of them, in the order in which they opened. */
  List<Episode> all() {
    return List.copyOf(all);
  }

  int size() {
    return all.size();
  }
}
