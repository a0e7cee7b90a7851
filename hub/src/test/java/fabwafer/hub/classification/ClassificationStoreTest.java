package fabwafer.hub.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.hub.HubException;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.classification.ClassificationQuery.Page;
import fabwafer.hub.database.Database;
import fabwafer.protocol.DeviceName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassificationStoreTest {
  private static final DeviceName CAMERA1 = new DeviceName("faba", "camera1");
  private static final DeviceName CAMERA2 = new DeviceName("faba", "camera2");
  private static final long HOUR = 3_600_000;

  @TempDir private Path folder;
  private Database database;
  private ClassificationStore store;

  @BeforeEach
  void open() {
    database = Database.open(folder);
    store = new ClassificationStore(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void store_keepsOneRowAnInspection() {
    Classification wafer = wafer(CAMERA1, "img1", 1_000, "Loc");
    assertThat(store(wafer)).isEqualTo(new ClassificationStore.New());
    assertThat(store(wafer)).isEqualTo(new ClassificationStore.Same());
    assertThat(store.find("img1", 1_000)).contains(wafer);
    assertThat(store.totals()).containsEntry("Loc", 1L);
  }

  @Test
  void store_tellsWhoseInspectionHasTheKey() {
    store(wafer(CAMERA1, "img1", 1_000, "Loc"));
    assertThat(store(wafer(CAMERA2, "img1", 1_000, "Loc")))
        .isEqualTo(new ClassificationStore.Other(CAMERA1));
  }

  @Test
  void rows_areThereAfterTheDatabaseWasOpenedAgain() {
    store(wafer(CAMERA1, "img1", 1_000, "Donut"));
    database.close();
    open();
    assertThat(store.find("img1", 1_000)).isPresent();
  }

  @Test
  void paging_dropsNothingWhereRowsShareATimestamp() {
    database.change(
        handle ->
            IntStream.range(0, 25)
                .forEach(
                    i -> store.store(handle, wafer(CAMERA1, "img" + i, 1_000 + i / 10, "Loc"))));
    List<String> seen = new ArrayList<>();
    Optional<Cursor> cursor = Optional.empty();
    do {
      Page page = store.page(query(Optional.of("camera1"), 0, Long.MAX_VALUE, cursor, 4));
      page.rows().forEach(row -> seen.add(row.imgid()));
      // What arrives between two pages moves nothing: a newer row and one at the cursor's time.
      store(wafer(CAMERA1, "late" + seen.size(), 5_000, "Loc"));
      cursor = page.next().map(Cursor::toString).map(Cursor::parse);
    } while (cursor.isPresent());
    assertThat(seen).doesNotHaveDuplicates().hasSize(25);
    assertThat(seen.getFirst()).isEqualTo("img24");
  }

  @Test
  void page_holdsBothEndsOfItsTime() {
    for (long time = 1; time <= 5; time++) {
      store(wafer(CAMERA1, "img" + time, time, "none"));
    }
    assertThat(store.page(query(Optional.empty(), 2, 4, Optional.empty(), 10)).rows())
        .extracting(Classification::timestampMillis)
        .containsExactly(4L, 3L, 2L);
  }

  @Test
  void page_filtersByCameraAndPrediction() {
    store(wafer(CAMERA1, "a", 1, "Loc"));
    store(wafer(CAMERA1, "b", 2, "none"));
    store(wafer(CAMERA2, "c", 3, "Loc"));
    ClassificationQuery locs =
        new ClassificationQuery(
            Optional.of("faba"),
            Optional.of("camera1"),
            0,
            10,
            Optional.of("LOC"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0,
            1,
            true,
            Optional.empty(),
            10);
    assertThat(store.page(locs).rows()).extracting(Classification::imgid).containsExactly("a");
  }

  /** Days come from counts by day, the hours before and after them from counts by hour. */
  @Test
  void rates_ofDays_countTheHoursOfTheTimeAsked_noMore() {
    long hour = Duration.ofHours(1).toMillis();
    for (int i = 0; i < 96; i++) {
      store(
          wafer(
              i % 2 == 0 ? CAMERA1 : CAMERA2, "w" + i, i * hour + 5, i % 3 == 0 ? "Loc" : "none"));
    }
    for (long[] ends :
        new long[][] {
          {0, 96}, {5, 90}, {24, 47}, {24, 48}, {23, 49}, {30, 31}, {30, 40}, {0, 400}
        }) {
      long from = ends[0] * hour;
      long to = ends[1] * hour;
      Map<Long, Long> byDay = byDay(from, to, Duration.ofDays(1));
      assertThat(byDay)
          .as("%d to %d", ends[0], ends[1])
          .isEqualTo(byDay(from, to, Duration.ofHours(1)));
    }
    assertThat(byDay(0, Long.MAX_VALUE, Duration.ofDays(1)).values()).containsOnly(24L);
    assertThat(store.totals()).isEqualTo(Map.of("Loc", 32L, "none", 64L));
  }

  private Map<Long, Long> byDay(long from, long to, Duration bucket) {
    long day = Duration.ofDays(1).toMillis();
    Map<Long, Long> wafers = new TreeMap<>();
    store
        .rates(new RateQuery(Optional.empty(), Optional.empty(), from, to, bucket))
        .forEach(
            counted ->
                wafers.merge(counted.startMillis() / day * day, counted.wafers(), Long::sum));
    return wafers;
  }

  @Test
  void page_filtersByTheLotThatTheSenderTold() {
    store(lot("a", 1, "{\"lot\": \"L1\", \"wafer\": \"W1\"}"));
    store(lot("b", 2, "{\"lot\": \"L2\"}"));
    store(lot("c", 3, "{\"lot\": 7}"));
    ClassificationQuery any = query(Optional.empty(), 0, 9, Optional.empty(), 10);
    ClassificationQuery lot =
        new ClassificationQuery(
            any.fab(),
            any.camera(),
            0,
            9,
            any.prediction(),
            any.pattern(),
            any.decision(),
            Optional.of("L1"),
            Optional.empty(),
            Optional.empty(),
            0,
            1,
            false,
            Optional.empty(),
            10);

    assertThat(store.page(lot).rows()).extracting(Classification::imgid).containsExactly("a");
    assertThat(store.page(lot).rows().getFirst().facts().wafer()).isEqualTo("W1");
    assertThat(store.page(any).rows()).hasSize(3);
  }

  private static Classification lot(String imgid, long timestamp, String more) {
    return new Classification(imgid, timestamp, CAMERA1, "Loc", 0.9, more, false, 7);
  }

  @Test
  void rates_countByCameraAndHour() {
    store(wafer(CAMERA1, "a", 10 * HOUR, "Loc"));
    store(wafer(CAMERA1, "b", 10 * HOUR + 1, "none"));
    store(wafer(CAMERA1, "c", 11 * HOUR, "none"));
    store(wafer(CAMERA2, "d", 11 * HOUR, "Donut"));
    List<RateQuery.Bucket> hours =
        store.rates(
            new RateQuery(
                Optional.of("faba"), Optional.empty(), 0, 20 * HOUR, Duration.ofHours(1)));
    assertThat(hours)
        .extracting(RateQuery.Bucket::camera, RateQuery.Bucket::wafers, RateQuery.Bucket::defects)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("camera1", 2L, 1L),
            org.assertj.core.groups.Tuple.tuple("camera1", 1L, 0L),
            org.assertj.core.groups.Tuple.tuple("camera2", 1L, 1L));
    assertThat(
            store
                .rates(
                    new RateQuery(
                        Optional.of("faba"),
                        Optional.of("camera1"),
                        0,
                        20 * HOUR,
                        Duration.ofDays(1)))
                .getFirst()
                .defectRate())
        .isEqualTo(1.0 / 3);
  }

  @Test
  void cursor_ofAStrangerIsRefused() {
    assertThatThrownBy(() -> Cursor.parse("soon.img1")).isInstanceOf(HubException.class);
    assertThatThrownBy(() -> Cursor.parse("")).isInstanceOf(HubException.class);
  }

  @Test
  void failedWork_leavesNothing() {
    assertThatThrownBy(
            () ->
                database.change(
                    handle -> {
                      store.store(handle, wafer(CAMERA1, "a", 1, "Loc"));
                      throw new IllegalStateException("no");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(store.find("a", 1)).isEmpty();
    assertThat(store.totals()).isEmpty();
  }

  private ClassificationStore.Storing store(Classification wafer) {
    return database.write(handle -> store.store(handle, wafer));
  }

  private static ClassificationQuery query(
      Optional<String> camera, long from, long to, Optional<Cursor> after, int limit) {
    return new ClassificationQuery(
        Optional.of("faba"),
        camera,
        from,
        to,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        1,
        false,
        after,
        limit);
  }

  private static Classification wafer(
      DeviceName device, String imgid, long timestamp, String prediction) {
    return new Classification(imgid, timestamp, device, prediction, 0.9, "{}", false, 7);
  }
}
