package fabwafer.hub.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import fabwafer.hub.HubException;
import fabwafer.hub.broker.BrokerConfig;
import fabwafer.hub.broker.TestBroker;
import fabwafer.hub.database.Database;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.ImageMessage;
import fabwafer.protocol.PredictionMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The hub's database and archive on a disk that is full or closed: a tmpfs of 16 MiB where mounting
 * is permitted, else SQLite's own bound on pages, which fails with the same code, and a file in the
 * archive's place. The broker is on another disk.
 */
class FullDiskTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final DeviceName CAMERA = new DeviceName("faba", "camera1");
  private static final int IMAGE_BYTES = 20_000;

  /** More than fits into what SQLite has reserved for its log. */
  private static final int MOST = 600;

  private static final int BEFORE = 10;
  private static final long FIRST_MILLIS = 1_700_000_000_000L;

  @TempDir private Path folder;
  private Path disk;
  private boolean mounted;
  private TestBroker broker;
  private Device device;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    mounted = run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk.toString());
    broker = TestBroker.start(folder.resolve("broker"), new BrokerConfig.Embedded("127.0.0.1", 0));
    device = new Device(broker.address().port());
  }

  @AfterEach
  void unmount() throws Exception {
    device.close();
    broker.close();
    if (mounted) {
      run("umount", "-l", disk.toString());
    }
  }

  @Test
  void fullDisk_acknowledgesNothingThatIsNotStored_andStoresAllOnceThereIsRoom() throws Exception {
    try (IngestParts parts = started()) {
      int sent = fillWhileMessagesCome(parts);

      List<CompletableFuture<Void>> refused = new ArrayList<>();
      assertThatThrownBy(
              () -> refused.add(parts.ingest.submit("fabwafer/faba/camera1/img/x", new byte[1])))
          .isInstanceOf(HubException.class)
          .hasMessageContaining("the database cannot be written");
      assertThat(refused).isEmpty();
      assertThat(images(parts) + predictions(parts)).isEqualTo(parts.count("stored"));
      assertThat(images(parts)).isBetween((long) BEFORE, sent - 1L);

      makeRoom(parts);
      awaitAll(parts, sent);
      await().atMost(SOON).until(() -> parts.ingest.trouble().isEmpty());
      assertThat(parts.ingest.canStore()).isTrue();
      assertThat(parts.ingest.submit(prediction(sent).topic().toString(), payload(sent)))
          .succeedsWithin(SOON);
    }
  }

  @Test
  void hubThatIsStartedAnewAfterAFullDisk_hasWhatItAcknowledged_andGetsTheRest() throws Exception {
    int sent;
    try (IngestParts parts = started()) {
      sent = fillWhileMessagesCome(parts);
    }
    Files.deleteIfExists(ballast());
    unlockArchive();
    try (IngestParts parts = started()) {
      awaitAll(parts, sent);
      await().atMost(SOON).until(() -> parts.ingest.trouble().isEmpty());
    }
  }

  @Test
  void closedArchive_holdsUpNoPrediction_andGetsItsImagesOnceItIsOpen() throws Exception {
    Path images = Files.createDirectory(disk.resolve("archive"));
    boolean ofItsOwn =
        mounted && run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", images.toString());
    try (IngestParts parts = started()) {
      send(0, BEFORE);
      awaitAll(parts, BEFORE);
      closeArchive(ofItsOwn);

      send(BEFORE, 2 * BEFORE);
      await()
          .atMost(SOON)
          .until(() -> predictions(parts) == 2 * BEFORE && waiting(parts) == BEFORE);
      assertThat(images(parts)).isEqualTo(BEFORE);
      assertThat(parts.ingest.trouble().orElseThrow()).contains("the archive cannot be written");

      openArchive(ofItsOwn);
      awaitAll(parts, 2 * BEFORE);
      await().atMost(SOON).until(() -> parts.ingest.trouble().isEmpty());
    } finally {
      if (ofItsOwn) {
        run("umount", "-l", images.toString());
      }
    }
  }

  @Test
  void databaseOnAClosedDisk_isRefusedClearly_andWholeOnceItIsOpen() throws Exception {
    try (IngestParts parts = started()) {
      send(0, BEFORE);
      awaitAll(parts, BEFORE);
    }
    Path away = folder.resolve("away");
    if (mounted) {
      assertThat(run("mount", "-o", "remount,ro", disk.toString())).isTrue();
    } else {
      Files.move(disk, away);
      Files.writeString(disk, "");
    }

    assertThatThrownBy(() -> Database.open(disk))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("cannot open the database")
        .hasMessageContaining(disk.toString());

    if (mounted) {
      assertThat(run("mount", "-o", "remount,rw", disk.toString())).isTrue();
    } else {
      Files.delete(disk);
      Files.move(away, disk);
    }
    try (IngestParts parts = started()) {
      send(0, BEFORE + 1);
      awaitAll(parts, BEFORE + 1);
      assertThat(parts.count("duplicate")).isEqualTo(2 * BEFORE);
    }
  }

  private IngestParts started() {
    IngestParts parts = new IngestParts(disk, broker.address());
    parts.ingest.start();
    await().atMost(SOON).until(() -> parts.ingest.disconnection().isEmpty());
    return parts;
  }

  /** Fills the disk and goes on sending until nothing is stored; answers how many were sent. */
  private int fillWhileMessagesCome(IngestParts parts) throws IOException {
    send(0, BEFORE);
    awaitAll(parts, BEFORE);
    if (mounted) {
      fillDisk();
    } else {
      lockArchive();
      parts.database.write(
          handle -> handle.createQuery("pragma max_page_count = 1").mapTo(Long.class).one());
    }
    int sent = BEFORE;
    while (parts.ingest.canStore() && sent < MOST) {
      send(sent, sent + BEFORE);
      sent += BEFORE;
    }
    await()
        .atMost(SOON)
        .until(() -> parts.ingest.trouble().orElse("").contains("the database cannot be written"));
    return sent;
  }

  private void fillDisk() throws IOException {
    byte[] block = new byte[4096];
    try (OutputStream out = Files.newOutputStream(ballast())) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }

  private void makeRoom(IngestParts parts) throws IOException {
    if (mounted) {
      Files.delete(ballast());
    } else {
      parts.database.write(
          handle -> handle.createQuery("pragma max_page_count = 100000").mapTo(Long.class).one());
      unlockArchive();
    }
  }

  private Path ballast() {
    return disk.resolve("ballast");
  }

  private void closeArchive(boolean ofItsOwn) throws IOException {
    if (ofItsOwn) {
      assertThat(run("mount", "-o", "remount,ro", disk.resolve("archive").toString())).isTrue();
    } else {
      lockArchive();
    }
  }

  private void openArchive(boolean ofItsOwn) throws IOException {
    if (ofItsOwn) {
      assertThat(run("mount", "-o", "remount,rw", disk.resolve("archive").toString())).isTrue();
    } else {
      unlockArchive();
    }
  }

  /** A file where the folder was: every call on it fails, for root too. */
  private void lockArchive() throws IOException {
    Files.move(disk.resolve("archive"), disk.resolve("archive-away"));
    Files.writeString(disk.resolve("archive"), "");
  }

  private void unlockArchive() throws IOException {
    if (Files.exists(disk.resolve("archive-away"))) {
      Files.delete(disk.resolve("archive"));
      Files.move(disk.resolve("archive-away"), disk.resolve("archive"));
    }
  }

  private void send(int from, int to) {
    List<CompletableFuture<?>> sending = new ArrayList<>();
    for (int i = from; i < to; i++) {
      sending.add(device.publish(image(i)));
      sending.add(device.publish(prediction(i)));
    }
    sending.forEach(CompletableFuture::join);
  }

  /** Waits until each of a number of wafers is there, once, and its image's bytes are whole. */
  private void awaitAll(IngestParts parts, int wafers) throws IOException {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(images(parts)).isEqualTo(wafers);
              assertThat(predictions(parts)).isEqualTo(wafers);
              assertThat(waiting(parts)).isZero();
            });
    try (Stream<Path> files = Files.walk(parts.images)) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(wafers);
    }
    for (int i = 0; i < wafers; i++) {
      assertThat(parts.images.resolve("faba/camera1/wafer" + i + ".png"))
          .hasBinaryContent(image(i).bytes());
    }
  }

  private static long images(IngestParts parts) {
    return rows(parts, "images");
  }

  private static long predictions(IngestParts parts) {
    return rows(parts, "classifications");
  }

  private static long waiting(IngestParts parts) {
    return rows(parts, "unwritten_images");
  }

  private static long rows(IngestParts parts, String table) {
    return parts.database.read(
        handle -> handle.createQuery("select count(*) from " + table).mapTo(Long.class).one());
  }

  private static ImageMessage image(int number) {
    byte[] bytes = new byte[IMAGE_BYTES];
    new Random(number).nextBytes(bytes);
    return ImageMessage.of(CAMERA, "wafer" + number, FIRST_MILLIS + number, bytes);
  }

  private static PredictionMessage prediction(int number) {
    return PredictionMessage.of(CAMERA, "wafer" + number, FIRST_MILLIS + number, "none", 0.9);
  }

  private static byte[] payload(int number) {
    return prediction(number).toPayload();
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
}
