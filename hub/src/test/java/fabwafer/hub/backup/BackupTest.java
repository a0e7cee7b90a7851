package fabwafer.hub.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.hub.HubException;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.database.Database;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.ImageMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
  private static final DeviceName CAMERA1 = new DeviceName("faba", "camera1");
  private static final Clock CLOCK = Clock.systemUTC();

  @TempDir private Path folder;

  @Test
  void backupOfAHubAtWork_holdsAllThatWasStoredBefore_andAllThatItNames() throws Exception {
    Path data = folder.resolve("data");
    Path restored = folder.resolve("restored");
    Set<String> before = new HashSet<>();
    try (Database database = Database.open(data)) {
      Archive archive = new Archive(data.resolve("archive"), database);
      for (int i = 0; i < 200; i++) {
        before.add(store(database, archive, "before" + i));
      }
      AtomicBoolean enough = new AtomicBoolean();
      Thread working = Thread.ofPlatform().start(() -> storeUntil(enough, database, archive));
      Backup.Report report = make(data, folder.resolve("backup"));
      enough.set(true);
      working.join();
      assertThat(report.damaged()).isEmpty();
      assertThat(report.images()).isGreaterThanOrEqualTo(before.size());
    }
    Restore.run(folder.resolve("backup"), restored);
    try (Database database = Database.open(restored)) {
      Archive archive = new Archive(restored.resolve("archive"), database);
      Set<String> found = new HashSet<>();
      for (ArchivedImage image : archive.all()) {
        found.add(image.imgid());
        assertThat(archive.read(image)).isEqualTo(bytes(image.imgid()));
      }
      assertThat(found).containsAll(before);
    }
  }

  @Test
  void keysAndHubId_areInTheBackup_forTheirOwnerOnly_andTheBrokersQueueIsNot() throws IOException {
    Path data = dataOfOneImage();
    Path key = Files.createDirectories(data.resolve("certificates")).resolve("ca-key.pem");
    Files.writeString(key, "a key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(data.resolve("hub-id"), "0123456789abcdef");
    Files.writeString(Files.createDirectories(data.resolve("broker")).resolve("queue"), "x");
    Path out = folder.resolve("backup");
    make(data, out);
    Path restored = folder.resolve("restored");
    Restore.run(out, restored);
    for (Path root : List.of(out, restored)) {
      assertThat(root.resolve("hub-id")).hasContent("0123456789abcdef");
      assertThat(root.resolve("broker")).doesNotExist();
      Path copy = root.resolve("certificates/ca-key.pem");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
          .isEqualTo("rw-------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void damagedBackup_isRefused_andNothingIsRestored() throws IOException {
    Path out = folder.resolve("backup");
    make(dataOfOneImage(), out);
    Path image = out.resolve("archive/faba/camera1/wafer.png");
    Files.delete(image);
    Files.writeString(image, "other");
    Path restored = folder.resolve("restored");
    assertThatThrownBy(() -> Restore.run(out, restored))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("checksum of archive/faba/camera1/wafer.png");
    assertThat(restored).doesNotExist();
    Files.writeString(out.resolve(Manifest.FILE), "{}");
    assertThatThrownBy(() -> Restore.run(out, restored)).hasMessageContaining("manifest.json");
  }

  @Test
  void imageThatHasRotted_isTold() throws IOException {
    Path data = dataOfOneImage();
    Path image = data.resolve("archive/faba/camera1/wafer.png");
    Files.writeString(image, "rotten");
    assertThat(make(data, folder.resolve("backup")).damaged())
        .containsExactly("archive/faba/camera1/wafer.png");
  }

  @Test
  void manifestThatNamesAFileOutside_isRefused() throws IOException {
    Path out = Files.createDirectories(folder.resolve("backup"));
    Path outside = Files.writeString(folder.resolve("outside"), "x");
    new Manifest(
            CLOCK.instant(),
            List.of(new Manifest.Entry("../outside", 1, Manifest.checksum(outside))))
        .write(out);
    assertThatThrownBy(() -> Restore.run(out, folder.resolve("restored")))
        .hasMessageContaining("outside of it");
  }

  @Test
  void neitherReplacesAnything() throws IOException {
    Path data = dataOfOneImage();
    Path out = folder.resolve("backup");
    make(data, out);
    assertThatThrownBy(() -> make(data, out)).hasMessageContaining("replaces nothing");
    assertThatThrownBy(() -> Restore.run(out, data)).hasMessageContaining("replaces nothing");
  }

  private Path dataOfOneImage() throws IOException {
    Path data = folder.resolve("data");
    try (Database database = Database.open(data)) {
      store(database, new Archive(data.resolve("archive"), database), "wafer");
    }
    return data;
  }

  private static Backup.Report make(Path data, Path out) {
    return Backup.make(data, data.resolve("archive"), out, CLOCK);
  }

  private static void storeUntil(AtomicBoolean enough, Database database, Archive archive) {
    List<String> stored = new ArrayList<>();
    try {
      while (!enough.get()) {
        stored.add(store(database, archive, "meanwhile" + stored.size()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String store(Database database, Archive archive, String imgid) throws IOException {
    ArchivedImage image = archive.keep(ImageMessage.of(CAMERA1, imgid, 1, bytes(imgid)), 1);
    boolean entered = database.write(handle -> archive.enter(handle, image, false));
    assertThat(entered).isTrue();
    return imgid;
  }

  private static byte[] bytes(String imgid) {
    return ("image of " + imgid).getBytes(StandardCharsets.UTF_8);
  }
}
