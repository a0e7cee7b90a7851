package fabwafer.hub.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.hub.HubException;
import fabwafer.hub.database.Database;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.ImageMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTest {
  private static final DeviceName CAMERA = new DeviceName("faba", "camera1");

  @TempDir private Path folder;
  private Database database;
  private Archive archive;
  private Path images;

  @BeforeEach
  void open() {
    database = Database.open(folder);
    images = folder.resolve("images");
    archive = new Archive(images, database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void image_isTheFileOfItsFabAndCamera() throws IOException {
    keep("img3", 1, "one");
    assertThat(images.resolve("faba/camera1/img3.png")).hasContent("one");
    assertThat(partsLeft()).isZero();
  }

  @Test
  void sameBytesAgain_areOneImage() throws IOException {
    assertThat(keep("img3", 1, "one")).isTrue();
    assertThat(keep("img3", 1, "one")).isFalse();
    assertThat(archive.versions(CAMERA, "img3")).hasSize(1);
  }

  @Test
  void otherBytesUnderTheSameName_areKeptBesideTheFirst() throws IOException {
    keep("img3", 1, "one");
    keep("img3", 1, "two");
    assertThat(keep("img3", 1, "two")).isFalse();
    assertThat(images.resolve("faba/camera1/img3.png")).hasContent("one");
    assertThat(images.resolve("faba/camera1/.versions/img3/1.png")).hasContent("two");
    assertThat(archive.versions(CAMERA, "img3"))
        .extracting(ArchivedImage::version)
        .containsExactly(0, 1);
  }

  @Test
  void find_prefersTheImageOfTheInspection() throws IOException {
    keep("img3", 1, "one");
    keep("img3", 2, "two");
    assertThat(archive.read(archive.find(CAMERA, "img3", 2).orElseThrow()))
        .asString()
        .isEqualTo("two");
    assertThat(archive.read(archive.find(CAMERA, "img3", 99).orElseThrow()))
        .asString()
        .isEqualTo("one");
    assertThat(archive.find(CAMERA, "img4", 1)).isEmpty();
  }

  @Test
  void file_withoutItsRowGetsItWhenTheMessageComesAgain() throws IOException {
    archive.keep(ImageMessage.of(CAMERA, "img3", 1, "one".getBytes(UTF_8)), 7);
    assertThat(archive.find(CAMERA, "img3", 1)).isEmpty();
    assertThat(keep("img3", 1, "one")).isTrue();
    assertThat(archive.find(CAMERA, "img3", 1)).isPresent();
  }

  @Test
  void versions_areBounded() throws IOException {
    for (int i = 0; i < ArchiveFiles.MAX_VERSIONS; i++) {
      keep("img3", 1, "version " + i);
    }
    assertThatThrownBy(() -> keep("img3", 1, "one too many"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("100 versions");
  }

  @Test
  void folder_thatCannotBeWrittenLeavesNothingBehind() throws IOException {
    Files.createDirectories(images.resolve("faba"));
    Files.writeString(images.resolve("faba/camera1"), "a file where the folder should be");
    assertThatThrownBy(() -> keep("img3", 1, "one")).isInstanceOf(IOException.class);
    assertThat(archive.versions(CAMERA, "img3")).isEmpty();
    assertThat(partsLeft()).isZero();
  }

  @Test
  void imageWithoutPrediction_isListedUntilItComes() throws IOException {
    keep("img3", 1, "one");
    assertThat(archive.withoutClassification(Optional.empty(), 10)).hasSize(1);
    boolean there = database.read(handle -> archive.has(handle, CAMERA, "img3"));
    assertThat(there).isTrue();
    database.change(handle -> archive.classificationCame(handle, CAMERA, "img3"));
    assertThat(archive.withoutClassification(Optional.empty(), 10)).isEmpty();
  }

  private boolean keep(String imgid, long timestamp, String content) throws IOException {
    ArchivedImage image =
        archive.keep(ImageMessage.of(CAMERA, imgid, timestamp, content.getBytes(UTF_8)), 7);
    return database.write(handle -> archive.enter(handle, image, false));
  }

  private long partsLeft() throws IOException {
    if (!Files.exists(images.resolve(".incoming"))) {
      return 0;
    }
    try (Stream<Path> parts = Files.list(images.resolve(".incoming"))) {
      return parts.count();
    }
  }
}
