package fabwafer.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.agent.AgentConfig.SpoolLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  @TempDir private Path folder;

  @Test
  void append_survivesAReopening_oldestFirst() throws IOException {
    try (Spool spool = open(10)) {
      for (int i = 0; i < 3; i++) {
        assertThat(spool.append(Samples.inspection(i))).isTrue();
      }
    }
    try (Spool spool = open(10)) {
      List<Spool.Item> items = spool.waitingAfter(-1, 10);
      assertThat(items)
          .extracting(Spool.Item::identity)
          .containsExactly(
              Samples.inspection(0).identity(),
              Samples.inspection(1).identity(),
              Samples.inspection(2).identity());
      Inspection read = spool.read(items.get(1)).orElseThrow();
      assertThat(read.image()).isEqualTo(Samples.inspection(1).image());
      assertThat(read.prediction().toPayload())
          .isEqualTo(Samples.inspection(1).prediction().toPayload());
    }
  }

  @Test
  void append_keepsTheSameInspectionOnce_alsoAfterItWasAcknowledged() throws IOException {
    try (Spool spool = open(10)) {
      spool.append(Samples.inspection(1));
      assertThat(spool.append(Samples.inspection(1))).isFalse();
      spool.finish(spool.waitingAfter(-1, 10));
      assertThat(spool.waiting()).isZero();
      assertThat(spool.append(Samples.inspection(1))).isFalse();
    }
    try (Spool spool = open(10)) {
      assertThat(spool.knows(Samples.inspection(1).identity())).isTrue();
      assertThat(spool.bytes()).isZero();
    }
  }

  @Test
  void full_countsWhatWasRefusedToo() throws IOException {
    try (Spool spool = open(2)) {
      spool.append(Samples.inspection(1));
      assertThat(spool.full(100)).isEmpty();
      spool.refuse(spool.waitingAfter(-1, 1).getFirst(), "too large");
      spool.append(Samples.inspection(2));
      assertThat(spool.full(100))
          .hasValueSatisfying(
              told ->
                  assertThat(told)
                      .contains("spool full: 2 of 2 inspections")
                      .contains("1 refused"));
    }
    try (Spool spool = open(2)) {
      assertThat(spool.refused()).isEqualTo(1);
      assertThat(spool.waiting()).isEqualTo(1);
      assertThat(spool.knows(Samples.inspection(1).identity())).isTrue();
    }
    assertThat(texts(folder.resolve("spool/refused"))).containsExactly("too large\n");
  }

  @Test
  void full_saysWhichBytesAreTooMany() throws IOException {
    try (Spool spool = open(10)) {
      assertThat(spool.full(SpoolLimits.LEAST_BYTES))
          .hasValueSatisfying(told -> assertThat(told).contains("of 12,582,912 bytes"));
    }
  }

  @Test
  void open_setsADamagedRecordAside_andKeepsTheOthers() throws IOException {
    Path file;
    try (Spool spool = open(10)) {
      spool.append(Samples.inspection(1));
      spool.append(Samples.inspection(2));
      file = spool.waitingAfter(-1, 1).getFirst().file();
    }
    byte[] record = Files.readAllBytes(file);
    record[record.length / 2] ^= 1;
    Files.write(file, record);
    try (Spool spool = open(10)) {
      assertThat(spool.waiting()).isEqualTo(1);
      assertThat(spool.damaged()).isEqualTo(1);
      assertThat(spool.knows(Samples.inspection(1).identity())).isFalse();
    }
    assertThat(texts(folder.resolve("spool/damaged"))).containsExactly("its checksum is wrong\n");
  }

  @Test
  void read_setsADamagedRecordAside() throws IOException {
    try (Spool spool = open(10)) {
      spool.append(Samples.inspection(1));
      Spool.Item item = spool.waitingAfter(-1, 1).getFirst();
      Files.write(item.file(), new byte[7]);
      assertThat(spool.read(item)).isEmpty();
      assertThat(spool.waiting()).isZero();
      assertThat(spool.damaged()).isEqualTo(1);
    }
  }

  @Test
  void open_refusesASpoolThatIsOpen() throws IOException {
    try (Spool _ = open(10)) {
      assertThatThrownBy(() -> open(10))
          .isInstanceOf(AgentException.class)
          .hasMessageContaining("in use by another agent");
    }
  }

  @Test
  void open_saysWhyItCannot() throws IOException {
    Files.writeString(folder.resolve("spool"), "a file in the way");
    assertThatThrownBy(() -> open(10))
        .isInstanceOf(AgentException.class)
        .hasMessageContaining("spool")
        .hasMessageContaining("cannot be used");
  }

  @Test
  void finishedLog_forgetsTheOldest_andPassesOverATornLine() throws IOException {
    Path file = folder.resolve("finished.log");
    try (FinishedLog log = FinishedLog.open(file, 2)) {
      for (int i = 0; i < 7; i++) {
        log.add(List.of(new Identity("wafer-" + i, i)));
      }
    }
    Files.writeString(file, Files.readString(file) + "0badc0de 8 wafer-8\n1234 9 waf");
    try (FinishedLog log = FinishedLog.open(file, 2)) {
      log.add(List.of(new Identity("wafer-7", 7)));
      assertThat(log.holds(new Identity("wafer-5", 5))).isFalse();
      assertThat(log.holds(new Identity("wafer-6", 6))).isTrue();
      assertThat(log.holds(new Identity("wafer-8", 8))).isFalse();
    }
    try (FinishedLog log = FinishedLog.open(file, 2)) {
      assertThat(log.holds(new Identity("wafer-7", 7))).isTrue();
    }
  }

  private Spool open(int most) {
    return Spool.open(
        folder.resolve("spool"),
        new SpoolLimits(folder.resolve("spool"), most, SpoolLimits.LEAST_BYTES));
  }

  private static List<String> texts(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".txt"))
          .map(
              file -> {
                try {
                  return Files.readString(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .toList();
    }
  }
}
