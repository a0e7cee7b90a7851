package fabwafer.hub.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.database.Database;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.StatusMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueTest {
  private static final DeviceName CAMERA = new DeviceName("faba", "camera1");

  @TempDir private Path folder;
  private Database database;
  private Catalogue catalogue;

  @BeforeEach
  void open() {
    database = Database.open(folder);
    catalogue = new Catalogue(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void camera_isInItOnceItSentSomething() {
    boolean first = database.write(handle -> catalogue.seen(handle, CAMERA, 5));
    assertThat(first).isTrue();
    boolean second = database.write(handle -> catalogue.seen(handle, CAMERA, 9));
    assertThat(second).isFalse();
    Camera camera = catalogue.find(CAMERA).orElseThrow();
    assertThat(camera.firstSeenMillis()).isEqualTo(5);
    assertThat(camera.lastSeenMillis()).isEqualTo(9);
    assertThat(camera.state()).isEmpty();
  }

  @Test
  void status_tellsStateModelAndSpool() {
    status("{\"state\":\"online\",\"timestamp\":1,\"model\":\"abc\",\"spooled\":4}", 5);
    status("{\"state\":\"online\",\"timestamp\":1,\"spooled\":0}", 6);
    Camera online = catalogue.find(CAMERA).orElseThrow();
    assertThat(online.state()).contains(StatusMessage.State.ONLINE);
    assertThat(online.stateSinceMillis()).isEqualTo(5);
    assertThat(online.model()).contains("abc");
    assertThat(online.spooled()).isEqualTo(OptionalLong.of(0));

    catalogue.allOffline(8);
    Camera offline = catalogue.find(CAMERA).orElseThrow();
    assertThat(offline.state()).contains(StatusMessage.State.OFFLINE);
    assertThat(offline.stateSinceMillis()).isEqualTo(8);
  }

  private void status(String json, long now) {
    StatusMessage status = StatusMessage.parse(json.getBytes(StandardCharsets.UTF_8));
    database.change(
        handle -> {
          catalogue.seen(handle, CAMERA, now);
          catalogue.status(handle, CAMERA, status, now);
        });
  }
}
