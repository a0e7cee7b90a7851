package fabwafer.hub.retention;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.analytics.YieldFollower;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.audit.AuditQuery;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.database.Database;
import fabwafer.hub.following.FollowedWafer;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.ImageMessage;
import fabwafer.protocol.PredictionMessage;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
  private static final DeviceName CAMERA1 = new DeviceName("faba", "camera1");
  private static final long NOW = 1_795_428_000_000L;
  private static final long OLD = NOW - Duration.ofDays(40).toMillis();
  private static final InstantSource CLOCK = () -> Instant.ofEpochMilli(NOW);
  private static final Optional<Duration> MONTH = Optional.of(Duration.ofDays(30));

  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final byte[] GOOD = WaferImages.toPng(WaferMap.of(2, 2, new byte[] {1, 1, 1, 1}));
  private static final byte[] HALF = WaferImages.toPng(WaferMap.of(2, 2, new byte[] {1, 2, 1, 2}));

  @TempDir private Path folder;
  private Database database;
  private Archive archive;
  private ClassificationStore classifications;

  @BeforeEach
  void open() {
    database = Database.open(folder);
    archive = new Archive(folder.resolve("archive"), database);
    classifications = new ClassificationStore(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void whatIsOldGoes_butForWafersWithALabelOrOnAnAlarmThatLasts() throws IOException {
    store("old", OLD);
    store("labelled", OLD);
    store("alarming", OLD);
    store("resolved", OLD);
    store("young", NOW - 1);
    label("labelled");
    alarm("alarming", "acknowledged");
    alarm("resolved", "resolved");
    Retention retention = retention(new RetentionConfig(MONTH, MONTH, MONTH, Optional.empty()));

    Retention.Report planned = retention.dryRun();
    assertThat(files()).hasSize(5);
    assertThat(retention.run(Actor.HUB)).isEqualTo(planned);

    assertThat(planned.images()).isEqualTo(2);
    assertThat(planned.classifications()).isEqualTo(2);
    assertThat(planned.held()).isEqualTo(4);
    assertThat(files()).containsExactly("alarming.png", "labelled.png", "young.png");
    assertThat(
            Stream.of("old", "labelled", "alarming", "resolved", "young")
                .filter(imgid -> classifications.newest(CAMERA1, imgid).isPresent()))
        .containsExactly("labelled", "alarming", "young");
    assertThat(classifications.totals().values().stream().mapToLong(Long::longValue).sum())
        .as("statistics are of what is left")
        .isEqualTo(3);
    assertThat(retention.dryRun().isEmpty()).isTrue();
    assertThat(new AuditLog(database, CLOCK).newest(AuditQuery.ALL, Optional.empty(), 10))
        .anyMatch(entry -> entry.action().equals("retention.run"));
  }

  @Test
  void countsAndStackedMaps_areOfWhatIsLeft_asIfTheRestHadNeverCome() throws IOException {
    followed("old1", 5, HALF, "L1", OLD);
    followed("old2", 3_600_005, GOOD, "L1", OLD);
    followed("old3", 6, GOOD, "L2", OLD);
    List<String> all = kept();
    followed("young1", 7, HALF, "L1", NOW - 1);
    followed("young2", DAY + 5, GOOD, "L3", NOW - 1);
    retention(new RetentionConfig(MONTH, MONTH, Optional.empty(), Optional.empty())).run(Actor.HUB);
    List<String> left = kept();

    reopen("fresh");
    followed("young1", 7, HALF, "L1", NOW - 1);
    followed("young2", DAY + 5, GOOD, "L3", NOW - 1);
    assertThat(left).isEqualTo(kept()).isNotEqualTo(all).hasSizeGreaterThan(10);
  }

  @Test
  void aStackedMap_losesAWaferWithItsImage_andKeepsItsCounts() throws IOException {
    followed("old", 5, HALF, "L1", OLD);
    followed("young", 6, GOOD, "L1", NOW - 1);
    retention(new RetentionConfig(MONTH, Optional.empty(), Optional.empty(), Optional.empty()))
        .run(Actor.HUB);

    assertThat(numbers("select wafers from stacked_days")).containsExactly(1L);
    assertThat(numbers("select wafers from stacked_lots")).containsExactly(1L);
    assertThat(numbers("select sum(wafers) from wafer_days")).containsExactly(2L);
    assertThat(numbers("select sum(failing) from wafer_days")).containsExactly(2L);
    // Once more: nothing is taken twice.
    retention(new RetentionConfig(MONTH, Optional.empty(), Optional.empty(), Optional.empty()))
        .run(Actor.HUB);
    assertThat(numbers("select wafers from stacked_days")).containsExactly(1L);
  }

  private void reopen(String name) {
    database.close();
    Path other = folder.resolve(name);
    database = Database.open(other);
    archive = new Archive(other.resolve("archive"), database);
    classifications = new ClassificationStore(database);
  }

  private void followed(String imgid, long time, byte[] png, String lot, long received)
      throws IOException {
    ArchivedImage image = archive.keep(ImageMessage.of(CAMERA1, imgid, time, png), received);
    Classification wafer =
        new Classification(
            imgid, time, CAMERA1, "Donut", 0.9, "{\"lot\":\"" + lot + "\"}", true, received);
    database.change(
        handle -> {
          archive.enter(handle, image, true);
          classifications.store(handle, wafer);
          new YieldFollower()
              .follow(handle, new FollowedWafer(wafer, Optional.of(WaferImages.read(imgid, png))));
        });
  }

  /** Every row that counts wafers. */
  private List<String> kept() {
    List<String> rows = new ArrayList<>();
    for (String table :
        List.of(
            "classification_hours",
            "classification_days",
            "wafer_hours",
            "wafer_days",
            "lots",
            "lot_predictions",
            "stacked_days",
            "stacked_lots")) {
      database.read(
          handle ->
              handle.createQuery("select * from " + table).mapToMap().list().stream()
                  .map(row -> table + row.entrySet().stream().map(RetentionTest::shown).toList())
                  .sorted()
                  .map(rows::add)
                  .toList());
    }
    return rows;
  }

  private static String shown(Map.Entry<String, Object> cell) {
    return cell.getKey()
        + "="
        + (cell.getValue() instanceof byte[] bytes ? Arrays.toString(bytes) : cell.getValue());
  }

  private List<Long> numbers(String query) {
    return database.read(handle -> handle.createQuery(query).mapTo(Long.class).list());
  }

  @Test
  void imagesMayGoAlone_andTheirClassificationsSaySo() throws IOException {
    store("old", OLD);
    retention(new RetentionConfig(MONTH, Optional.empty(), Optional.empty(), Optional.empty()))
        .run(Actor.HUB);
    assertThat(files()).isEmpty();
    assertThat(classifications.newest(CAMERA1, "old"))
        .hasValueSatisfying(wafer -> assertThat(wafer.hasImage()).isFalse());
  }

  @Test
  void fileOfAKilledRun_goesAtTheNext_unlessItsImageCameAgain() throws IOException {
    store("gone", OLD);
    store("again", OLD);
    database.write(handle -> archive.doom(handle, "received < :before", NOW, 10));
    store("again", NOW);
    retention(RetentionConfig.FOREVER).run(Actor.HUB);
    assertThat(files()).containsExactly("again.png");
  }

  @Test
  void nothingGoes_whereNothingIsSaid() throws IOException {
    store("old", OLD);
    assertThat(retention(RetentionConfig.FOREVER).run(Actor.HUB).isEmpty()).isTrue();
    assertThat(files()).containsExactly("old.png");
  }

  private Retention retention(RetentionConfig config) {
    return new Retention(folder, database, archive, new AuditLog(database, CLOCK), config, CLOCK);
  }

  private void store(String imgid, long received) throws IOException {
    ArchivedImage image =
        archive.keep(
            ImageMessage.of(CAMERA1, imgid, 5, imgid.getBytes(StandardCharsets.UTF_8)), received);
    Classification wafer =
        Classification.of(PredictionMessage.of(CAMERA1, imgid, 5, "Donut", 0.9), true, received);
    database.change(
        handle -> {
          archive.enter(handle, image, true);
          classifications.store(handle, wafer);
        });
  }

  private void label(String imgid) {
    database.change(
        handle -> {
          handle.execute(
              "insert into ground_truths (id, imgid, timestamp, fab, camera, ground_truth,"
                  + " reviewer, at) values (1, ?, 5, 'faba', 'camera1', 'Loc', 'eva', 1)",
              imgid);
          handle.execute(
              "insert into reviewed_wafers values (?, 5, 'faba', 'camera1', 1, 1)", imgid);
        });
  }

  private void alarm(String imgid, String state) {
    database.change(
        handle -> {
          handle.execute(
              "insert into alarms (fab, camera, pattern, state, first_seen, last_seen, wafers,"
                  + " first_imgid, last_imgid, max_probability, opened, last_counted) values"
                  + " ('faba', 'camera1', ?, ?, 5, 5, 1, 'a', 'a', 0.9, 5, 5)",
              "Donut of " + imgid,
              state);
          handle.execute("insert into alarm_wafers select max(id), ?, 5, 0.9 from alarms", imgid);
        });
  }

  private List<String> files() throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder.resolve("archive"))) {
      files
          .filter(file -> file.toString().endsWith(".png"))
          .forEach(file -> names.add(file.getFileName().toString()));
    }
    names.sort(null);
    return names;
  }
}
