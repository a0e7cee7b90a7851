package fabwafer.agent;

import fabwafer.agent.AgentConfig.SpoolLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jetbrains.kotlinx.lincheck.LinChecker;
import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.annotations.Param;
import org.jetbrains.kotlinx.lincheck.paramgen.IntGen;
import org.jetbrains.kotlinx.lincheck.strategy.stress.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The spool on the threads that share it: whatever intake, publisher and status do at the same
 * time, each sees what some order of these steps gives.
 */
class SpoolConcurrencyTest {
  @Test
  void steps_ofSeveralThreads_areAsInSomeOrder() {
    LinChecker.check(
        Shared.class,
        new StressOptions()
            .iterations(15)
            .invocationsPerIteration(10)
            .threads(3)
            .actorsPerThread(3)
            .actorsBefore(2)
            .actorsAfter(2)
            .sequentialSpecification(Model.class));
  }

  @TempDir static Path folder;

  @BeforeAll
  static void spoolsLieInTheTestsFolder() {
    Shared.parent = folder;
  }

  @AfterAll
  static void closeTheLast() throws IOException {
    Shared.replaceLast(null);
  }

  /** A new spool for every run of a scenario. */
  @Param(name = "wafer", gen = IntGen.class, conf = "0:3")
  public static final class Shared {
    private static final int LIMIT = 100;
    private static @Nullable Path parent;
    private static @Nullable Spool last;

    private final Spool spool;

    public Shared() throws IOException {
      Path own = Files.createTempDirectory(parent, "spool");
      spool = Spool.open(own, new SpoolLimits(own, LIMIT, SpoolLimits.LEAST_BYTES));
      replaceLast(spool);
    }

    /** Lincheck does not say when a run is over: the next one's beginning does. */
    private static synchronized void replaceLast(@Nullable Spool next) throws IOException {
      if (last != null) {
        last.close();
      }
      last = next;
    }

    /** The intake, or another agent's intake of a shared folder. */
    @Operation
    public boolean append(@Param(name = "wafer") int wafer) throws IOException {
      return spool.append(Samples.inspection(wafer));
    }

    /** The publisher, once the broker acknowledged. */
    @Operation(nonParallelGroup = "publisher")
    public List<String> finishOldest() {
      List<Spool.Item> oldest = spool.waitingAfter(-1, 1);
      spool.finish(oldest);
      return oldest.stream().map(item -> item.identity().imgid()).toList();
    }

    /** The publisher, where the broker refuses for good. */
    @Operation(nonParallelGroup = "publisher")
    public List<String> refuseOldest() {
      List<Spool.Item> oldest = spool.waitingAfter(-1, 1);
      for (Spool.Item item : oldest) {
        try {
          spool.refuse(item, "no");
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return oldest.stream().map(item -> item.identity().imgid()).toList();
    }

    /** The publisher, where the broker may yet forget what it acknowledged. */
    @Operation(nonParallelGroup = "publisher")
    public void holdOldest() {
      spool.hold(spool.waitingAfter(-1, 1));
    }

    @Operation(nonParallelGroup = "publisher")
    public void sendAgain() {
      spool.sendAgain();
    }

    @Operation
    public boolean knows(@Param(name = "wafer") int wafer) {
      return spool.knows(Samples.inspection(wafer).identity());
    }

    /** The status. */
    @Operation
    public int waiting() {
      return spool.waiting();
    }

    @Operation
    public boolean isFull() {
      return spool.full(0).isPresent();
    }
  }

  /** What a spool is, on one thread. */
  public static final class Model {
    private final List<Integer> waiting = new ArrayList<>();
    private final List<Integer> held = new ArrayList<>();
    private final Set<Integer> known = new HashSet<>();

    public boolean append(int wafer) {
      if (known.add(wafer)) {
        waiting.add(wafer);
        return true;
      }
      return false;
    }

    public List<String> finishOldest() {
      return waiting.isEmpty()
          ? List.of()
          : List.of(Samples.inspection(waiting.removeFirst()).identity().imgid());
    }

    public List<String> refuseOldest() {
      return finishOldest();
    }

    public void holdOldest() {
      if (!waiting.isEmpty()) {
        held.add(waiting.removeFirst());
      }
    }

    public void sendAgain() {
      waiting.addAll(0, held);
      held.clear();
    }

    public boolean knows(int wafer) {
      return known.contains(wafer);
    }

    public int waiting() {
      return waiting.size();
    }

    public boolean isFull() {
      return false;
    }
  }
}
