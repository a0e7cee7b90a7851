package fabwafer.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.agent.AgentConfig.SpoolLimits;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;

/** The spool against a model of it: a list of what waits, and a set of what is known. */
class SpoolPropertyTest {
  private static final int LIMIT = 6;
  private static final int WAFERS = 12;

  /** What happens to a spool. */
  sealed interface Step {
    record Append(int wafer) implements Step {}

    /** The broker acknowledged the first so many. */
    record Finish(int count) implements Step {}

    record Refuse() implements Step {}

    /** The process is killed while it writes; so many bytes of a record were written. */
    record Kill(int wafer, int bytes) implements Step {}

    /** The process is killed between {@code finished.log} and the deletion of the record. */
    record KillWhileFinishing() implements Step {}

    /** A disk error cuts a waiting record to so many bytes, unseen until the next start. */
    record Tear(int index, int bytes) implements Step {}
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Integer> wafer = Arbitraries.integers().between(0, WAFERS - 1);
    Arbitrary<Integer> bytes = Arbitraries.integers().between(0, 400);
    Arbitrary<Step> append = wafer.map(Step.Append::new);
    Arbitrary<Step> finish = Arbitraries.integers().between(1, 3).map(Step.Finish::new);
    return Arbitraries.frequencyOf(
            Tuple.of(6, append),
            Tuple.of(3, finish),
            Tuple.of(1, Arbitraries.create(Step.Refuse::new)),
            Tuple.of(2, Combinators.combine(wafer, bytes).as(Step.Kill::new)),
            Tuple.of(1, Arbitraries.create(Step.KillWhileFinishing::new)),
            Tuple.of(
                1,
                Combinators.combine(Arbitraries.integers().between(0, 2), bytes)
                    .as(Step.Tear::new)))
        .list()
        .ofMaxSize(20);
  }

  @Property(tries = 40, shrinking = ShrinkingMode.BOUNDED)
  void spool_isWhatItsModelIs_whateverIsKilledAndTorn(@ForAll("steps") List<Step> steps)
      throws IOException {
    Path folder = Files.createTempDirectory("spool");
    try (Model model = new Model(folder)) {
      for (Step step : steps) {
        model.take(step);
        model.check();
      }
    } finally {
      delete(folder);
    }
  }

  /** The spool under test beside what it should be. */
  private static final class Model implements AutoCloseable {
    private final Path folder;
    private final List<Integer> waiting = new ArrayList<>();
    private final Set<Integer> known = new TreeSet<>();
    private int refused;
    private int damaged;
    private Spool spool;

    Model(Path folder) {
      this.folder = folder;
      this.spool = open();
    }

    private Spool open() {
      return Spool.open(folder, new SpoolLimits(folder, LIMIT, SpoolLimits.LEAST_BYTES));
    }

    void take(Step step) throws IOException {
      switch (step) {
        case Step.Append(int wafer) -> append(wafer);
        case Step.Finish(int count) -> {
          spool.finish(spool.waitingAfter(-1, count));
          waiting.subList(0, Math.min(count, waiting.size())).clear();
        }
        case Step.Refuse() -> {
          if (!waiting.isEmpty()) {
            spool.refuse(spool.waitingAfter(-1, 1).getFirst(), "no");
            waiting.removeFirst();
            refused++;
          }
        }
        case Step.Kill(int wafer, int bytes) -> {
          spool.close();
          byte[] record = SpoolRecord.encode(Samples.inspection(wafer)).array();
          Files.write(
              folder.resolve("9999999999999999-x" + Spool.SUFFIX + DurableFiles.UNFINISHED),
              Arrays.copyOf(record, Math.min(bytes, record.length)));
          spool = open();
        }
        case Step.KillWhileFinishing() -> killWhileFinishing();
        case Step.Tear(int index, int bytes) -> tear(index, bytes);
      }
    }

    private void append(int wafer) throws IOException {
      boolean room = waiting.size() + refused + damaged < LIMIT;
      assertThat(spool.full(0).isEmpty()).isEqualTo(room);
      if (room) {
        assertThat(spool.append(Samples.inspection(wafer))).isEqualTo(!known.contains(wafer));
        if (known.add(wafer)) {
          waiting.add(wafer);
        }
      }
    }

    private void killWhileFinishing() throws IOException {
      if (waiting.isEmpty()) {
        return;
      }
      Path file = spool.waitingAfter(-1, 1).getFirst().file();
      byte[] record = Files.readAllBytes(file);
      spool.finish(spool.waitingAfter(-1, 1));
      spool.close();
      Files.write(file, record);
      waiting.removeFirst();
      spool = open();
    }

    private void tear(int index, int bytes) throws IOException {
      List<Spool.Item> items = spool.waitingAfter(-1, LIMIT);
      if (items.size() <= index) {
        return;
      }
      Path file = items.get(index).file();
      byte[] record = Files.readAllBytes(file);
      spool.close();
      if (bytes < record.length) {
        Files.write(file, Arrays.copyOf(record, bytes));
        known.remove(waiting.get(index));
        waiting.subList(index, index + 1).clear();
        damaged++;
      }
      spool = open();
    }

    void check() throws IOException {
      TreeMap<Long, Integer> seen = new TreeMap<>();
      for (Spool.Item item : spool.waitingAfter(-1, LIMIT + 1)) {
        Inspection read = spool.read(item).orElseThrow();
        int wafer = Integer.parseInt(read.prediction().imgid().replaceAll("wafer-|-[^-]*$", ""));
        assertThat(read.image()).isEqualTo(Samples.inspection(wafer).image());
        seen.put(item.number(), wafer);
      }
      assertThat(seen.values()).containsExactlyElementsOf(waiting);
      assertThat(spool.refused()).isEqualTo(refused);
      assertThat(spool.damaged()).isEqualTo(damaged);
      for (int wafer = 0; wafer < WAFERS; wafer++) {
        assertThat(spool.knows(Samples.inspection(wafer).identity()))
            .isEqualTo(known.contains(wafer));
      }
    }

    @Override
    public void close() throws IOException {
      spool.close();
    }
  }

  @Property(tries = 200)
  void decode_neverReadsWhatWasNotWritten(@ForAll int wafer, @ForAll int cut, @ForAll int flipped) {
    byte[] record = SpoolRecord.encode(Samples.inspection(wafer)).array();
    byte[] torn = Arrays.copyOf(record, Math.floorMod(cut, record.length));
    byte[] damaged = record.clone();
    damaged[Math.floorMod(flipped, record.length)] ^= 0x10;
    for (byte[] bytes : List.of(torn, damaged)) {
      assertThatThrownBy(() -> SpoolRecord.decode(bytes))
          .isInstanceOf(SpoolRecord.DamagedException.class);
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }
        });
    try (Stream<Path> folders = Files.walk(folder)) {
      for (Path left : folders.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(left);
      }
    }
  }
}
