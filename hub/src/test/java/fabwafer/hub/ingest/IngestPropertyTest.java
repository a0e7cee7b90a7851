package fabwafer.hub.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.alarm.Alarm;
import fabwafer.hub.alarm.AlarmConfig;
import fabwafer.hub.alarm.AlarmQuery;
import fabwafer.hub.alarm.AlarmStore;
import fabwafer.hub.alarm.Alarms;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.catalogue.Catalogue;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.database.Database;
import fabwafer.hub.hold.Holds;
import fabwafer.hub.quarantine.QuarantineConfig;
import fabwafer.hub.quarantine.QuarantineStore;
import fabwafer.hub.rule.AlarmRules;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.ImageMessage;
import fabwafer.protocol.PredictionMessage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Messages late, early, repeated, out of order and of two cameras that use the same names: what is
 * stored is what a map would hold, however they are cut into transactions.
 */
class IngestPropertyTest {
  private static final int TRIES = 40;
  private static final int MOST_MESSAGES = 40;

  /** A message; {@code image} or prediction. Its content is one of two. */
  record Sent(boolean image, int camera, int wafer, int time, int content) {
    DeviceName device() {
      return new DeviceName("faba", "camera" + camera);
    }

    String imgid() {
      return "wafer" + wafer;
    }

    Incoming message() {
      if (image) {
        ImageMessage message =
            ImageMessage.of(device(), imgid(), 1_700_000_000_000L + time, bytes());
        return new Incoming(message.topic().toString(), message.toPayload(), () -> {});
      }
      PredictionMessage message =
          PredictionMessage.of(
              device(), imgid(), 1_700_000_000_000L + time, content == 0 ? "none" : "Loc", 0.9);
      return new Incoming(message.topic().toString(), message.toPayload(), () -> {});
    }

    byte[] bytes() {
      return new byte[] {(byte) wafer, (byte) content};
    }
  }

  /** What is to be stored. */
  private static final class Model {
    private final Map<String, Sent> classifications = new HashMap<>();
    private final Set<String> images = new HashSet<>();
    private int refused;

    void take(Sent sent) {
      if (sent.image) {
        images.add(sent.device() + " " + sent.imgid() + " " + sent.time + " " + sent.content);
        return;
      }
      Sent first = classifications.putIfAbsent(sent.imgid() + " " + sent.time, sent);
      if (first != null && first.camera != sent.camera) {
        refused++;
      }
    }
  }

  @Property(tries = TRIES)
  void whatIsStored_isWhatAMapWouldHold(
      @ForAll("messages") List<Sent> messages, @ForAll("cuts") int batch) throws IOException {
    Path folder = Files.createTempDirectory("ingest-property");
    Model model = new Model();
    try (Database database = Database.open(folder)) {
      Archive archive = new Archive(folder.resolve("archive"), database);
      ClassificationStore classifications = new ClassificationStore(database);
      AlarmStore alarms = new AlarmStore(database);
      QuarantineStore quarantine = new QuarantineStore(database, QuarantineConfig.DEFAULT);
      Intake intake = intake(database, archive, classifications, alarms, quarantine);
      for (int from = 0; from < messages.size(); from += batch) {
        List<Sent> part = messages.subList(from, Math.min(messages.size(), from + batch));
        part.forEach(model::take);
        store(database, intake, part);
      }
      compare(model, archive, classifications, alarms, quarantine);
    } finally {
      deleteTree(folder);
    }
  }

  private static Intake intake(
      Database database,
      Archive archive,
      ClassificationStore classifications,
      AlarmStore alarms,
      QuarantineStore quarantine) {
    Clock clock = Clock.systemUTC();
    // Only its rule is used; nothing is started.
    Alarms told =
        new Alarms(database, alarms, AlarmConfig.DEFAULT, "test", clock, _ -> {}, Optional.empty());
    AlarmRules rules =
        new AlarmRules(
            database,
            told,
            new Holds(database, told, new SimpleMeterRegistry(), clock),
            AlarmConfig.DEFAULT,
            clock);
    return new Intake(
        archive,
        new Catalogue(database),
        classifications,
        rules,
        quarantine,
        new ImageParking(database, archive, IngestConfig.DEFAULT.parkedLimitBytes()),
        DeviceModels.NONE,
        UnaryOperator.identity(),
        clock);
  }

  private static void store(Database database, Intake intake, List<Sent> part) {
    List<Incoming> incoming = part.stream().map(Sent::message).toList();
    List<Prepared> prepared = incoming.stream().map(intake::prepare).toList();
    database.change(
        handle -> {
          for (int i = 0; i < incoming.size(); i++) {
            intake.store(handle, incoming.get(i), prepared.get(i), new ArrayList<>());
          }
        });
  }

  private static void compare(
      Model model,
      Archive archive,
      ClassificationStore classifications,
      AlarmStore alarms,
      QuarantineStore quarantine) {
    Set<String> images = new HashSet<>();
    for (ArchivedImage image : archive.all()) {
      byte[] bytes = archive.read(image);
      long time = image.timestampMillis() - 1_700_000_000_000L;
      images.add(image.device() + " " + image.imgid() + " " + time + " " + bytes[1]);
    }
    assertThat(images).isEqualTo(model.images);
    Set<String> withImage =
        images.stream()
            .map(text -> text.substring(0, text.indexOf(' ', text.indexOf(' ') + 1)))
            .collect(Collectors.toSet());
    List<Classification> rows =
        classifications.page(ClassificationQuery.newest(MOST_MESSAGES)).rows();
    assertThat(rows).hasSize(model.classifications.size());
    int alarming = 0;
    for (Classification row : rows) {
      long time = row.timestampMillis() - 1_700_000_000_000L;
      Sent first = model.classifications.get(row.imgid() + " " + time);
      assertThat(first).isNotNull();
      assertThat(row.device()).isEqualTo(first.device());
      assertThat(row.prediction()).isEqualTo(first.content == 0 ? "none" : "Loc");
      assertThat(row.hasImage()).isEqualTo(withImage.contains(row.device() + " " + row.imgid()));
      alarming += first.content;
    }
    assertThat(
            alarms.alarms(AlarmQuery.newest(MOST_MESSAGES)).stream().mapToLong(Alarm::wafers).sum())
        .isEqualTo(alarming);
    assertThat(
            quarantine.newest(Optional.empty(), MOST_MESSAGES).stream()
                .mapToLong(message -> message.times())
                .sum())
        .isEqualTo(model.refused);
  }

  @Provide
  Arbitrary<List<Sent>> messages() {
    return Combinators.combine(
            Arbitraries.of(true, false),
            Arbitraries.integers().between(0, 1),
            Arbitraries.integers().between(0, 3),
            Arbitraries.integers().between(0, 1),
            Arbitraries.integers().between(0, 1))
        .as(Sent::new)
        .list()
        .ofMaxSize(MOST_MESSAGES);
  }

  @Provide
  Arbitrary<Integer> cuts() {
    return Arbitraries.integers().between(1, MOST_MESSAGES);
  }

  private static void deleteTree(Path root) throws IOException {
    try (var files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
