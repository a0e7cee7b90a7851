package fabwafer.hub.following;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.hub.HubException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowingTest {
  private static final byte[] HALF_FAILING =
      WaferImages.toPng(WaferMap.of(2, 2, new byte[] {1, 2, 1, 2}));
  private static final byte[] NO_PICTURE = {1, 2, 3};

  @TempDir private Path folder;
  private FollowedHub hub;

  @BeforeEach
  void open() {
    hub = new FollowedHub(folder);
    Diary.open(hub.database);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void followers_seeEveryWaferOnce_inTheOrderInWhichTheyWereComplete() throws IOException {
    hub.prediction("late-image");
    hub.complete("a", HALF_FAILING);
    hub.complete("b", HALF_FAILING);
    hub.image("late-image", HALF_FAILING);
    hub.complete("c", NO_PICTURE);
    hub.following(new Diary("one"), new Diary("two")).catchUp();
    hub.complete("d", HALF_FAILING);
    hub.image("d", HALF_FAILING);
    hub.prediction("d");
    hub.following(new Diary("one"), new Diary("two")).catchUp();

    List<String> seen = List.of("a 0.5", "b 0.5", "late-image 0.5", "c", "d 0.5");
    assertThat(Diary.read(hub.database, "one")).isEqualTo(seen);
    assertThat(Diary.read(hub.database, "two")).isEqualTo(seen);
  }

  @Test
  void waferWhoseImageDoesNotCome_isFollowedWithoutItsMap_onceItWasWaitedFor() throws IOException {
    hub.prediction("alone");
    hub.following(new Diary("one")).catchUp();
    assertThat(Diary.read(hub.database, "one")).isEmpty();
    hub.now += FollowedHub.CONFIG.imagePatience().toMillis() + 1;
    hub.following(new Diary("one")).catchUp();
    hub.image("alone", HALF_FAILING);
    hub.following(new Diary("one")).catchUp();
    assertThat(Diary.read(hub.database, "one")).containsExactly("alone");
  }

  @Test
  void waferWhoseFileIsGone_isFollowedWithoutItsMap() throws IOException {
    hub.complete("gone", HALF_FAILING);
    Files.delete(folder.resolve("archive/faba/camera1/gone.png"));
    hub.following(new Diary("one")).catchUp();
    assertThat(Diary.read(hub.database, "one")).containsExactly("gone");
  }

  @Test
  void followerAddedLater_beginsWhereItChooses() throws IOException {
    hub.complete("old", HALF_FAILING);
    hub.following(new Diary("first")).catchUp();
    hub.following(
            new Diary("first"),
            new Diary("from the beginning"),
            new Diary("from now", WaferFollower.Start.NOW))
        .catchUp();
    hub.complete("new", HALF_FAILING);
    hub.following(
            new Diary("first"),
            new Diary("from the beginning"),
            new Diary("from now", WaferFollower.Start.NOW))
        .catchUp();

    assertThat(Diary.read(hub.database, "first")).containsExactly("old 0.5", "new 0.5");
    assertThat(Diary.read(hub.database, "from the beginning"))
        .containsExactly("old 0.5", "new 0.5");
    assertThat(Diary.read(hub.database, "from now")).containsExactly("new 0.5");
  }

  @Test
  void place_isNotGivenAgain_afterTheNewestWaferWasRemoved() throws IOException {
    hub.complete("a", HALF_FAILING);
    hub.following(new Diary("one")).catchUp();
    hub.database.change(handle -> handle.execute("delete from classifications"));
    hub.complete("b", HALF_FAILING);
    hub.following(new Diary("one")).catchUp();
    assertThat(Diary.read(hub.database, "one")).containsExactly("a 0.5", "b 0.5");
  }

  @Test
  void batch_isBounded_andPreparedBeforeItsTransaction() throws IOException {
    for (int i = 0; i < 10; i++) {
      hub.complete("img" + i, HALF_FAILING);
    }
    List<Integer> prepared = new ArrayList<>();
    Diary diary =
        new Diary("one") {
          @Override
          public void prepare(List<FollowedWafer> wafers) {
            prepared.add(wafers.size());
            assertThat(Diary.read(hub.database, "one")).hasSize(4 * (prepared.size() - 1));
          }
        };
    hub.following(diary).catchUp();
    assertThat(prepared).containsExactly(4, 4, 2);
  }

  @Test
  void waferThatFailsAlone_isSkippedAndCounted_andHoldsUpNobody() throws IOException {
    for (int i = 0; i < 6; i++) {
      hub.complete("img" + i, HALF_FAILING);
    }
    Diary choking =
        new Diary("choking") {
          @Override
          public void follow(Handle handle, FollowedWafer wafer) throws Exception {
            super.follow(handle, wafer);
            if (wafer.classification().imgid().equals("img2")) {
              throw new IOException("chokes on it");
            }
          }
        };
    try (Following following = hub.following(choking, new Diary("other"))) {
      following.start();
      Awaitility.await()
          .atMost(20, TimeUnit.SECONDS)
          .until(() -> Diary.read(hub.database, "choking").size() == 5);
      Awaitility.await().until(() -> following.trouble().isEmpty());
    }
    assertThat(Diary.read(hub.database, "choking"))
        .containsExactly("img0 0.5", "img1 0.5", "img3 0.5", "img4 0.5", "img5 0.5");
    assertThat(Diary.read(hub.database, "other")).hasSize(6);
    assertThat(
            hub.metrics
                .get("fabwafer.following.skipped")
                .tag("follower", "choking")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void followerThatFails_saysWhy_andTheMetricsHowFarItIsBehind() throws IOException {
    hub.complete("a", HALF_FAILING);
    Diary failing =
        new Diary("failing") {
          @Override
          public void prepare(List<FollowedWafer> wafers) throws IOException {
            throw new IOException("no model");
          }
        };
    Following following = hub.following(failing);
    assertThatThrownBy(following::catchUp)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("failing: a could not be followed")
        .hasMessageContaining("no model");
    assertThat(
            hub.metrics.get("fabwafer.following.behind").tag("follower", "failing").gauge().value())
        .isEqualTo(1);
  }

  @Test
  void twoFollowersOfOneName_areRefused() {
    assertThatThrownBy(() -> hub.following(new Diary("one"), new Diary("one")))
        .hasMessage("two followers are named one");
  }

  @Test
  void killInTheMiddleOfATransaction_leavesEveryWaferFollowedExactlyOnce() throws Exception {
    for (int i = 0; i < 20; i++) {
      hub.complete("img" + i, HALF_FAILING);
    }
    Process killed =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                HaltedFollower.class.getName(),
                folder.toString())
            .inheritIO()
            .start();
    assertThat(killed.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(killed.exitValue()).isEqualTo(HaltedFollower.EXIT);
    // Two batches of four were committed, of the third two wafers were written and not committed.
    assertThat(Diary.read(hub.database, "one")).hasSize(8);

    hub.following(new Diary("one")).catchUp();
    assertThat(Diary.read(hub.database, "one"))
        .containsExactlyElementsOf(
            IntStream.range(0, 20).mapToObj(i -> "img" + i + " 0.5").toList());
  }
}
