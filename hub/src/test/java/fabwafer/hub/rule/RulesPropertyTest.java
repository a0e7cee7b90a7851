package fabwafer.hub.rule;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.alarm.Alarm;
import fabwafer.hub.alarm.AlarmConfig;
import fabwafer.hub.alarm.AlarmQuery;
import fabwafer.hub.alarm.AlarmStore;
import fabwafer.hub.alarm.Alarms;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.database.Database;
import fabwafer.hub.hold.HoldMode;
import fabwafer.hub.hold.Holds;
import fabwafer.hub.statistics.Cusum;
import fabwafer.hub.statistics.Ewma;
import fabwafer.protocol.DeviceName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Rules over wafers that come late, twice and out of order, through kills: what is kept is that of
 * a simple model, and a backtest finds the alarms that there were.
 */
class RulesPropertyTest {
  private static final DeviceName CAMERA = new DeviceName("faba", "camera1");
  private static final long T = 1_700_000_000_000L;
  private static final long MINUTE = 60_000;

  /** A wafer that comes; the same number may come again, and times are in no order. */
  record Coming(int number, boolean isBad, boolean isKilled) {}

  @Provide
  Arbitrary<List<Coming>> wafers() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 60),
            Arbitraries.doubles().between(0, 1).map(chance -> chance < 0.4),
            Arbitraries.doubles().between(0, 1).map(chance -> chance < 0.1))
        .as(Coming::new)
        .list()
        .ofMinSize(10)
        .ofMaxSize(60);
  }

  @Provide
  Arbitrary<RuleTest> tests() {
    return Arbitraries.of(
        new RuleTest.Threshold(),
        new RuleTest.KOfN(2, 5),
        new RuleTest.KOfN(3, 8),
        new RuleTest.OfShare(5, 0.1),
        new RuleTest.OfAverage(3, 0.1, new Ewma(0.3, 1.5)),
        new RuleTest.OfSum(3, 0.1, new Cusum(0.5, 2)));
  }

  @Property(tries = 25)
  void firings_areThoseOfASimpleModel_andABacktestFindsTheSameAlarms(
      @ForAll("wafers") List<Coming> coming, @ForAll("tests") RuleTest test) {
    Path folder = folder();
    try (Database database = Database.open(folder)) {
      AtomicLong now = new AtomicLong(T);
      Rule rule = rule(test);
      List<Boolean> flags = new ArrayList<>();
      Set<Integer> seen = new HashSet<>();
      AlarmRules rules = rules(database, now);
      database.change(
          handle -> {
            RuleStore store = new RuleStore(database);
            RuleRun first = store.rules(handle).getFirst();
            store.change(handle, first, rule, "ann", Optional.empty(), T);
          });
      int fired = 0;
      for (Coming wafer : coming) {
        now.addAndGet(1_000);
        if (wafer.isKilled) {
          rules = rules(database, now);
          killed(database, rules, wafer, now.get());
        }
        boolean alarmed = stored(database, rules, wafer, now.get());
        if (seen.add(wafer.number)) {
          flags.add(wafer.isBad);
          assertThat(alarmed).as("%s at %s", test, flags).isEqualTo(Model.fires(test, flags));
          fired += alarmed ? 1 : 0;
        } else {
          assertThat(alarmed).as("it came before").isFalse();
        }
      }
      assertThat(fired == 0).isEqualTo(live(database).isEmpty());
      Backtest.Result result =
          new Backtest(database, AlarmConfig.DEFAULT_QUIET_TIME).run(rule, T, now.get());
      assertThat(result.wafers()).isEqualTo(seen.size());
      assertThat(result.alarms().stream().map(found -> wafers(found.episode().wafers())).toList())
          .isEqualTo(live(database));
    } finally {
      remove(folder);
    }
  }

  private static Rule rule(RuleTest test) {
    return new Rule(
        "tried",
        true,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of("Loc"),
        0.5,
        Map.of(),
        Rule.Per.CAMERA,
        test,
        HoldMode.OFF);
  }

  private static AlarmRules rules(Database database, AtomicLong now) {
    InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    Alarms alarms =
        new Alarms(
            database,
            new AlarmStore(database),
            AlarmConfig.DEFAULT,
            "test",
            clock,
            _ -> {},
            Optional.empty());
    Holds holds = new Holds(database, alarms, new SimpleMeterRegistry(), clock);
    return new AlarmRules(database, alarms, holds, AlarmConfig.DEFAULT, clock);
  }

  /** Stores a wafer as ingest does; whether the rule fired. */
  private static boolean stored(Database database, AlarmRules rules, Coming wafer, long now) {
    ClassificationStore classifications = new ClassificationStore(database);
    Classification classification = classification(wafer, now);
    return database.write(
        handle ->
            classifications.store(handle, classification) instanceof ClassificationStore.New
                && !rules.judge(handle, classification).isEmpty());
  }

  /** The hub dies before the transaction is committed: the message comes again. */
  private static void killed(Database database, AlarmRules rules, Coming wafer, long now) {
    ClassificationStore classifications = new ClassificationStore(database);
    Classification classification = classification(wafer, now);
    try {
      database.change(
          handle -> {
            if (classifications.store(handle, classification) instanceof ClassificationStore.New) {
              rules.judge(handle, classification);
            }
            throw new IllegalStateException("killed");
          });
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("killed");
    }
  }

  private static Classification classification(Coming wafer, long now) {
    // A number is one inspection: what comes again under it is the same wafer.
    long time = T + wafer.number * 7L % 60 * 5 * MINUTE;
    return new Classification(
        "wafer" + wafer.number, time, CAMERA, wafer.isBad ? "Loc" : "Donut", 0.9, "{}", false, now);
  }

  /** The wafers of each alarm, in the order in which they opened. */
  private static List<Set<String>> live(Database database) {
    AlarmStore store = new AlarmStore(database);
    return store.alarms(AlarmQuery.newest(1_000)).stream()
        .sorted(Comparator.comparingLong(Alarm::id))
        .map(
            alarm ->
                (Set<String>)
                    store.wafers(alarm.id(), Optional.empty(), 1_000).stream()
                        .map(Alarm.Wafer::imgid)
                        .collect(Collectors.toCollection(TreeSet::new)))
        .toList();
  }

  private static Set<String> wafers(List<BadWafer> wafers) {
    Set<String> names = new TreeSet<>();
    wafers.forEach(wafer -> names.add(wafer.imgid()));
    return names;
  }

  /** The tests once more, from the whole history at each wafer. */
  private static final class Model {
    static boolean fires(RuleTest test, List<Boolean> flags) {
      boolean isBad = flags.getLast();
      return switch (test) {
        case RuleTest.Threshold _ -> isBad;
        case RuleTest.KOfN(int k, int n) ->
            isBad && count(flags.subList(Math.max(0, flags.size() - n), flags.size())) >= k;
        case RuleTest.OfShare(int n, double p) ->
            flags.size() % n == 0
                && count(flags.subList(flags.size() - n, flags.size())) / (double) n
                    > p + 3 * Math.sqrt(p * (1 - p) / n);
        case RuleTest.OfAverage(int n, double p, Ewma chart) -> {
          double average = 0;
          List<Double> groups = groups(flags, n, p);
          for (double group : groups) {
            average = chart.weight() * group + (1 - chart.weight()) * average;
          }
          double grown = 1 - Math.pow(1 - chart.weight(), 2.0 * groups.size());
          double limit = chart.width() * Math.sqrt(chart.weight() / (2 - chart.weight()) * grown);
          yield flags.size() % n == 0 && average > limit;
        }
        case RuleTest.OfSum(int n, double p, Cusum chart) -> {
          double sum = 0;
          boolean fired = false;
          for (double group : groups(flags, n, p)) {
            sum = fired ? 0 : sum;
            sum = Math.max(0, sum + group - chart.slack());
            fired = sum > chart.decision();
          }
          yield flags.size() % n == 0 && fired;
        }
      };
    }

    private static List<Double> groups(List<Boolean> flags, int n, double p) {
      List<Double> groups = new ArrayList<>();
      for (int end = n; end <= flags.size(); end += n) {
        double share = count(flags.subList(end - n, end)) / (double) n;
        groups.add((share - p) / Math.sqrt(p * (1 - p) / n));
      }
      return groups;
    }

    private static long count(List<Boolean> flags) {
      return flags.stream().filter(flag -> flag).count();
    }
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("rules");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
