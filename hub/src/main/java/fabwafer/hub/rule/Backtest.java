package fabwafer.hub.rule;

import fabwafer.hub.database.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a rule would have done with stored wafers, evaluated by {@link RuleRun} as live, in the
 * order in which they were stored, and held against what people said. It begins without state at
 * the first wafer, and is bounded in wafers, alarms and time.
 */
final class Backtest {
  /** Most wafers that are read. */
  static final int MAX_WAFERS = 5_000_000;

  /** Most alarms that are counted: a rule with more is none that anybody wants. */
  static final int MAX_ALARMS = 5_000;

  /** Most streams whose state is held in memory. */
  static final int MAX_STREAMS = 50_000;

  /** How long it may take. */
  static final Duration LONGEST = Duration.ofSeconds(20);

  private static final int BATCH = 5_000;

  private final Database database;
  private final StoredWafers wafers;
  private final Duration quietTime;

  Backtest(Database database, Duration quietTime) {
    this.database = database;
    this.wafers = new StoredWafers(database);
    this.quietTime = quietTime;
  }

  /** An alarm that would have been, and what people said of it. */
  record Found(Episodes.Episode episode, Judgements.Verdict verdict) {}

  /**
   * What a rule would have done.
   *
   * @param wafers that it judged
   * @param alarms that it would have opened, in order
   * @param missed alarms that people confirmed and that it would not have opened
   * @param cut why it does not cover the whole time; empty: it does
   * @param took how long it took
   */
  record Result(
      long wafers,
      List<Found> alarms,
      List<Judgements.Judged> missed,
      Optional<String> cut,
      Duration took) {
    long count(Judgements.Verdict verdict) {
      return alarms.stream().filter(found -> found.verdict == verdict).count();
    }
  }

  /**
   * Tries a rule on the wafers stored between two times.
   *
   * @param rule judged as if it were enabled
   * @param fromMillis milliseconds since 1970
   * @param toMillis as fromMillis, later
   */
  Result run(Rule rule, long fromMillis, long toMillis) {
    long start = System.nanoTime();
    RuleRun run = new RuleRun(0, 0, rule.asEnabled());
    Memory states = new Memory();
    Episodes episodes = new Episodes(quietTime);
    long judged = 0;
    Optional<String> cut = Optional.empty();
    Optional<Long> place = wafers.before(fromMillis);
    while (place.isPresent() && cut.isEmpty()) {
      List<StoredWafers.Row> rows = wafers.after(place.get(), BATCH, rule.needsProduct());
      for (StoredWafers.Row row : rows) {
        long received = row.wafer().receivedMillis();
        if (received >= fromMillis && received <= toMillis) {
          judged++;
          run.judge(row.wafer(), states).ifPresent(episodes::fired);
        }
      }
      boolean over = rows.size() < BATCH || rows.getLast().wafer().receivedMillis() > toMillis;
      place = over ? Optional.empty() : Optional.of(rows.getLast().place());
      if (!over) {
        cut = cut(judged, episodes.size(), states.size(), start);
      }
    }
    return judge(rule, fromMillis, toMillis, judged, episodes, cut, start);
  }

  private Result judge(
      Rule rule,
      long fromMillis,
      long toMillis,
      long judged,
      Episodes episodes,
      Optional<String> cut,
      long start) {
    Judgements said = new Judgements(database, rule, fromMillis, toMillis);
    Set<Long> found = new HashSet<>();
    List<Found> alarms = new ArrayList<>();
    for (Episodes.Episode episode : episodes.all()) {
      alarms.add(new Found(episode, said.of(episode, rule, found)));
    }
    Optional<String> why =
        cut.isEmpty() && !said.isComplete()
            ? Optional.of("more alarms were resolved in that time than can be compared")
            : cut;
    return new Result(
        judged,
        List.copyOf(alarms),
        said.missed(found),
        why,
        Duration.ofNanos(System.nanoTime() - start));
  }

  private static Optional<String> cut(long judged, int alarms, int streams, long start) {
    if (judged >= MAX_WAFERS) {
      return Optional.of("it ended after %,d wafers".formatted(judged));
    }
    if (alarms >= MAX_ALARMS) {
      return Optional.of("it ended after %,d alarms".formatted(alarms));
    }
    if (streams >= MAX_STREAMS) {
      return Optional.of("it ended after %,d streams".formatted(streams));
    }
    return System.nanoTime() - start > LONGEST.toNanos()
        ? Optional.of("it ended after %d s".formatted(LONGEST.toSeconds()))
        : Optional.empty();
  }

  /** States of one rule's streams, in memory. */
  static final class Memory implements RuleRun.States {
    private final Map<String, StreamState> states = new HashMap<>();

    @Override
    public StreamState of(RuleRun run, String stream) {
      @Nullable StreamState state = states.get(stream);
      return state == null ? StreamState.EMPTY : state;
    }

    @Override
    public void keep(RuleRun run, String stream, StreamState state) {
      states.put(stream, state);
    }

    int size() {
      return states.size();
    }
  }
}
