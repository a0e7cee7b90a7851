package fabwafer.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.agent.AgentConfig.SpoolLimits;
import fabwafer.protocol.Assessment;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.WaferFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The spool on a disk that is full or closed: a tmpfs of 256 KiB where mounting is permitted, else
 * a folder in whose place a file stands, which fails the same calls.
 */
class FullDiskTest {
  private static final int IMAGE_BYTES = 20_000;
  private static final int MOST = 20;

  @TempDir private Path folder;
  private Path disk;
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    mounted = run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk.toString());
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      run("umount", "-l", disk.toString());
    }
  }

  @Test
  void fullDisk_refusesWhatDoesNotFit_andKeepsWhatWasAcknowledged() throws Exception {
    int kept;
    try (Spool spool = open()) {
      kept = fill(spool);
      assertThat(spool.waiting()).isEqualTo(kept);
      // Room again: a full disk does not keep the spool from making some.
      if (!mounted) {
        unlock();
      }
      spool.finish(spool.waitingAfter(-1, 2));
      assertThat(spool.append(inspection(kept))).isTrue();
    }
    try (Spool spool = open()) {
      assertThat(spool.waiting()).isEqualTo(kept - 1);
      assertThat(spool.damaged()).isZero();
    }
  }

  @Test
  void closedFolder_refuses_andHasWhatItHeldOnceItIsOpenAgain() throws Exception {
    try (Spool spool = open()) {
      spool.append(inspection(0));
      lock();
      assertThatThrownBy(() -> spool.append(inspection(1))).isInstanceOf(IOException.class);
      Spool.Item item = spool.waitingAfter(-1, 1).getFirst();
      assertThatThrownBy(() -> spool.read(item)).isInstanceOf(IOException.class);
      unlock();
      assertThat(spool.read(item)).isPresent();
      assertThat(spool.append(inspection(1))).isTrue();
    }
  }

  private Spool open() {
    return Spool.open(disk.resolve("spool"), new SpoolLimits(disk, 100, SpoolLimits.LEAST_BYTES));
  }

  /** Appends until it fails; returns how many are kept. */
  private int fill(Spool spool) throws IOException {
    int appended = 0;
    while (appended < MOST) {
      if (!mounted && appended == MOST / 2) {
        lock();
      }
      try {
        assertThat(spool.append(inspection(appended))).isTrue();
      } catch (IOException full) {
        assertThat(spool.append(inspection(0))).as("one that it has").isFalse();
        return appended;
      }
      appended++;
    }
    throw new AssertionError("a disk of 256 KiB took " + appended + " inspections");
  }

  /** A file where the folder was: every call on it fails, for root too. */
  private void lock() throws IOException {
    Files.move(disk.resolve("spool"), disk.resolve("away"));
    Files.writeString(disk.resolve("spool"), "");
  }

  private void unlock() throws IOException {
    Files.delete(disk.resolve("spool"));
    Files.move(disk.resolve("away"), disk.resolve("spool"));
  }

  private static boolean run(String... command) throws IOException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Inspection inspection(int number) {
    return Inspection.of(
        new DeviceName("faba", "camera1"),
        new Identity("wafer-" + number, number),
        new WaferClassifier.Answer(
            "Donut", 0.75, Map.of(), Assessment.NONE, Optional.of("model-1")),
        WaferFacts.NONE,
        new byte[IMAGE_BYTES]);
  }
}
