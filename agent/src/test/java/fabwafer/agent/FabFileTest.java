package fabwafer.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fabwafer.agent.AgentConfig.Broker;
import fabwafer.agent.AgentConfig.Camera;
import fabwafer.agent.AgentConfig.SpoolLimits;
import fabwafer.agent.AgentConfig.Watching;
import fabwafer.protocol.BinMap;
import fabwafer.protocol.PredictionMessage;
import fabwafer.protocol.WaferFacts;
import fabwafer.protocol.WaferFactsFields;
import fabwafer.wafer.format.ReadOptions;
import fabwafer.wafer.format.WaferFormat;
import fabwafer.wafer.image.WaferImages;
import fabwafer.wafer.record.NotchSide;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a fab's formats, one or many wafers each, in a watched folder. */
class FabFileTest {
  private static final Watching QUICK =
      new Watching(Duration.ofMillis(50), Duration.ofMillis(20), Duration.ofMillis(400), true);
  private static final FileTime THEN = FileTime.fromMillis(1_700_000_000_123L);

  @TempDir private Path folder;
  private final SteadyClassifier classifier = new SteadyClassifier();
  private Path inbox;
  private Mosquitto broker;
  private Subscriber hub;

  @BeforeEach
  void start() throws Exception {
    inbox = Files.createDirectory(folder.resolve("inbox"));
    broker = Mosquitto.start(folder.resolve("broker"));
    hub = Subscriber.at(broker);
  }

  @AfterEach
  void stop() {
    hub.close();
    broker.close();
  }

  @Test
  void fileOfManyWafers_isAnInspectionEach_withWhatItSaysOfThem() throws IOException {
    drop("lot.csv", lot("L42", 3));
    try (Agent _ = agent(files(ReadOptions.DEFAULT))) {
      soon().until(() -> hub.inspections().size() == 3);
      soon().until(() -> Files.exists(inbox.resolve("done/2023-11-14/lot.csv")));
    }
    PredictionMessage first =
        hub.predictions().stream()
            .filter(wafer -> wafer.imgid().matches("L42-1-[0-9a-f]{12}"))
            .findFirst()
            .orElseThrow();
    assertThat(first.timestampMillis()).isEqualTo(1_700_000_000_123L);
    WaferFacts facts = WaferFactsFields.read(first.more());
    assertThat(facts.lot()).isEqualTo("L42");
    assertThat(facts.wafer()).isEqualTo("1");
    assertThat(facts.notch()).isEqualTo(NotchSide.DOWN);
    assertThat(facts.source().orElseThrow().file()).isEqualTo("lot.csv");
    assertThat(facts.source().orElseThrow().format()).contains("CSV");
    assertThat(facts.source().orElseThrow().notch()).isEqualTo(NotchSide.RIGHT);
    assertThat(facts.dies().orElseThrow().fail()).isEqualTo(2);
    assertThat(facts.bins()).extracting(bin -> bin.number() + "*" + bin.dies()).contains("5*2");
    byte[] image =
        hub.images().stream()
            .filter(found -> found.imgid().equals(first.imgid()))
            .findFirst()
            .orElseThrow()
            .bytes();
    var map = WaferImages.read("image", image);
    assertThat(image).isEqualTo(WaferImages.toPng(map));
    int[] bins = BinMap.decode(facts.binMap(), map.height() * map.width()).orElseThrow();
    for (int i = 0; i < bins.length; i++) {
      int expected = List.of(BinMap.NO_BIN, 1, 5).get(map.cells()[i]);
      assertThat(bins[i]).isEqualTo(expected);
    }
  }

  @Test
  void sameFileAgain_givesTheSameInspections_fromAnotherAgentToo() throws IOException {
    drop("lot.csv", lot("L42", 3));
    try (Agent _ = agent(files(ReadOptions.DEFAULT))) {
      soon().until(() -> hub.inspections().size() == 3);
      soon().until(() -> names(inbox).isEmpty());
      Set<Identity> first = new HashSet<>(hub.inspections());
      drop("lot.csv", lot("L42", 3));
      soon().until(() -> names(inbox).isEmpty());
      assertThat(hub.predictions()).hasSize(3);
      assertThat(hub.inspections()).isEqualTo(first);
    }
    drop("lot.csv", lot("L42", 3));
    try (Agent _ = agent(files(ReadOptions.DEFAULT), "other spool", 100)) {
      soon().until(() -> names(inbox).isEmpty());
      soon().until(() -> hub.predictions().size() == 6);
    }
    assertThat(hub.inspections()).hasSize(3);
  }

  @Test
  void oneBadWaferOfAnArchive_isTold_andTheOthersGoOn() throws IOException {
    drop(
        "lot.zip",
        zip(
            "W1.csv",
            wafer(1),
            "W2.json",
            "{\"wafer\": \"2\", \"dies\": [{\"x\": 1, \"y\": \"?\"}]}",
            "readme.bin",
            "\u0001\u0002\u0000 summary",
            "W3.csv",
            wafer(3)));
    try (Agent _ = agent(files(ReadOptions.DEFAULT))) {
      soon().until(() -> hub.inspections().size() == 2);
      soon().until(() -> names(inbox).isEmpty());
    }
    assertThat(reason("lot.zip"))
        .contains("lot.zip: 2 wafers were taken; not: lot.zip!W2.json")
        .hasLineCount(1);
    assertThat(inbox.resolve("rejected/lot.zip")).exists();
  }

  @Test
  void fileWithoutItsEnd_waitsForIt_andIsThenTakenOnce() throws IOException {
    byte[] whole = zip("W1.csv", wafer(1), "W2.csv", wafer(2));
    Path file = inbox.resolve("lot.zip");
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
    Watching patient =
        new Watching(QUICK.pollInterval(), QUICK.settle(), Duration.ofMinutes(1), true);
    try (Agent _ = agent(files(ReadOptions.DEFAULT), "spool", 100, patient)) {
      drop("other.csv", wafer(9));
      soon().until(() -> hub.inspections().size() == 1);
      assertThat(file).exists();
      Files.write(file, whole);
      soon().until(() -> hub.inspections().size() == 3);
    }
    assertThat(hub.predictions()).hasSize(3);
  }

  @Test
  void settingsOfACamera_sayFormatsPassBinsAndBounds() throws IOException {
    drop("lot.csv", lot("L1", 1));
    drop("wafer.png", Samples.png(1));
    drop("wafer.json", "{\"dies\": [{\"x\": 0, \"y\": 0, \"bin\": 1}]}");
    AgentConfig.Files five =
        files(
            ReadOptions.DEFAULT
                .withPassBins(Set.of(5))
                .withFormats(Set.of(WaferFormat.TABLE, WaferFormat.STDF)));
    try (Agent _ = agent(five)) {
      soon().until(() -> hub.inspections().size() == 1);
      soon().until(() -> names(inbox).isEmpty());
    }
    WaferFacts facts = WaferFactsFields.read(hub.predictions().getFirst().more());
    assertThat(facts.dies().orElseThrow().pass()).isEqualTo(2);
    assertThat(reason("wafer.png")).contains("picture, which is not taken from this camera");
    assertThat(reason("wafer.json")).contains("JSON, which is not taken here; taken: STDF V4, CSV");

    AgentConfig.Files few =
        new AgentConfig.Files(ReadOptions.DEFAULT, ZoneOffset.UTC, Duration.ofMillis(20), 400, 2);
    drop("many.csv", lot("L2", 3).substring(0, 300));
    drop("large.csv", lot("L2", 30));
    try (Agent _ = agent(few)) {
      soon().until(() -> names(inbox).isEmpty());
    }
    assertThat(reason("large.csv")).contains("at most 400 are taken (file-bytes)");
    AgentConfig.Files two =
        new AgentConfig.Files(ReadOptions.DEFAULT, ZoneOffset.UTC, Duration.ofMillis(20), 9000, 2);
    drop("three.csv", lot("L2", 3));
    try (Agent _ = agent(two)) {
      soon().until(() -> names(inbox).isEmpty());
    }
    assertThat(reason("three.csv")).contains("more than 2 wafers").contains("file-wafers");
    assertThat(hub.predictions()).noneMatch(wafer -> wafer.imgid().startsWith("L2-3"));
  }

  @Test
  void timeThatTheFileStates_isTheWafers_inTheCamerasZone() throws IOException {
    drop(
        "wafer.json",
        "{\"lot\": \"L\", \"time\": \"2026-11-23 10:00:00\","
            + " \"dies\": [{\"x\": 0, \"y\": 0, \"bin\": 1}, {\"x\": 1, \"y\": 0, \"bin\": 2}]}");
    AgentConfig.Files berlin =
        new AgentConfig.Files(
            ReadOptions.DEFAULT, ZoneId.of("Europe/Berlin"), Duration.ofMillis(20), 9000, 2);
    try (Agent _ = agent(berlin)) {
      soon().until(() -> hub.inspections().size() == 1);
    }
    assertThat(java.time.Instant.ofEpochMilli(hub.predictions().getFirst().timestampMillis()))
        .hasToString("2026-11-23T09:00:00Z");
  }

  @Test
  void fullSpool_letsAFileOfManyWafersGoOn_asRoomComes() throws Exception {
    broker.kill();
    drop("lot.csv", lot("L42", 7));
    try (Agent _ = agent(files(ReadOptions.DEFAULT), "spool", 3)) {
      soon().until(() -> names(folder.resolve("spool/faba/camera1")).size() == 3 + 2);
      assertThat(inbox.resolve("lot.csv")).exists();
      broker.start();
      soon().until(() -> hub.inspections().size() == 7);
      soon().until(() -> names(inbox).isEmpty());
    }
    assertThat(hub.predictions()).hasSize(7);
    assertThat(classifier.asked()).hasSize(7);
  }

  private static AgentConfig.Files files(ReadOptions reading) {
    return new AgentConfig.Files(reading, ZoneOffset.UTC, Duration.ofMillis(20), 1 << 20, 100);
  }

  private Agent agent(AgentConfig.Files files) {
    return agent(files, "spool", 100);
  }

  private Agent agent(AgentConfig.Files files, String spool, int limit) {
    return agent(files, spool, limit, QUICK);
  }

  private Agent agent(AgentConfig.Files files, String spool, int limit, Watching watching) {
    AgentConfig config =
        new AgentConfig(
            "faba",
            List.of(new Camera("camera1", inbox, files)),
            new Broker("127.0.0.1", broker.port(), "agent", Optional.empty()),
            new SpoolLimits(folder.resolve(spool), limit, SpoolLimits.LEAST_BYTES),
            watching,
            folder.resolve("model"),
            Optional.empty());
    return Agent.start(config, WaferImages::read, classifier);
  }

  /** Wafers 1 to n of a lot; of each, two dies of 12 are in bin 5. */
  private static String lot(String lot, int wafers) {
    StringBuilder text = new StringBuilder("# notch: right\nlot,wafer,x,y,bin\n");
    for (int wafer = 1; wafer <= wafers; wafer++) {
      for (int die = 0; die < 12; die++) {
        int bin = die == wafer % 12 || die == (wafer + 5) % 12 ? 5 : 1;
        text.append("%s,%d,%d,%d,%d\n".formatted(lot, wafer, die % 4, die / 4, bin));
      }
    }
    return text.toString();
  }

  private static String wafer(int number) {
    return lot("L7", number).lines().limit(2).reduce("", (a, b) -> a + b + "\n")
        + lot("L7", number)
            .lines()
            .filter(line -> line.startsWith("L7," + number + ","))
            .reduce("", (a, b) -> a + b + "\n");
  }

  private static byte[] zip(String... namesAndTexts) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        zip.putNextEntry(new ZipEntry(namesAndTexts[i]));
        zip.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    return out.toByteArray();
  }

  private void drop(String name, String text) throws IOException {
    drop(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private void drop(String name, byte[] content) throws IOException {
    Path partial = Files.write(inbox.resolve(name + ".part"), content);
    Files.setLastModifiedTime(partial, THEN);
    Files.move(partial, inbox.resolve(name));
  }

  private String reason(String name) throws IOException {
    return Files.readString(inbox.resolve("rejected").resolve(name + Leaving.REASON_SUFFIX));
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> String.valueOf(file.getFileName()))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20));
  }
}
