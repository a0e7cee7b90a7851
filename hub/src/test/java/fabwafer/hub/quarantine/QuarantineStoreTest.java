package fabwafer.hub.quarantine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.database.Database;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineStoreTest {
  private static final String TOPIC = "fabwafer/faba/camera1/img/img3";

  @TempDir private Path folder;
  private Database database;
  private QuarantineStore store;

  @BeforeEach
  void open() {
    database = Database.open(folder);
    store = new QuarantineStore(database, new QuarantineConfig(100, 1_000, 20));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void message_isKeptWithItsReasonAndTheBeginningOfItsPayload() {
    keep(TOPIC, "0123456789012345678901234567890123456789", 5);
    RefusedMessage kept = store.newest(Optional.empty(), 10).getFirst();
    assertThat(kept.reason()).isEqualTo("because");
    assertThat(kept.fab()).contains("faba");
    assertThat(kept.camera()).contains("camera1");
    assertThat(kept.payloadBytes()).isEqualTo(40);
    assertThat(kept.keptBytes()).isEqualTo(20);
    assertThat(store.payload(kept.id()).orElseThrow()).asString().isEqualTo("01234567890123456789");
  }

  @Test
  void sameMessageAgain_isCountedOnItsRow() {
    keep(TOPIC, "x", 5);
    keep(TOPIC, "x", 6);
    assertThat(store.newest(Optional.empty(), 10))
        .singleElement()
        .satisfies(
            kept -> {
              assertThat(kept.times()).isEqualTo(2);
              assertThat(kept.firstReceivedMillis()).isEqualTo(5);
              assertThat(kept.lastReceivedMillis()).isEqualTo(6);
            });
  }

  @Test
  void messages_pastTheCountDropTheLongestNotSeen() {
    for (int i = 0; i < 250; i++) {
      keep(TOPIC, "" + i, i);
    }
    assertThat(store.count()).isBetween(99L, 100L);
    assertThat(store.newest(Optional.empty(), 1_000))
        .allSatisfy(kept -> assertThat(kept.lastReceivedMillis()).isGreaterThanOrEqualTo(150));
  }

  @Test
  void messages_pastTheBytesDropTheLongestNotSeen() {
    for (int i = 0; i < 80; i++) {
      keep(TOPIC, "%020d".formatted(i), i);
    }
    assertThat(store.count()).isBetween(48L, 50L);
  }

  @Test
  void topic_ofAnyKindIsKept() {
    keep("", "x", 1);
    keep("fabwafer", "x", 1);
    keep("a/".repeat(10_000), "x", 1);
    assertThat(store.newest(Optional.empty(), 10)).hasSize(3);
    assertThat(store.drop(store.newest(Optional.empty(), 1).getFirst().id())).isTrue();
    assertThat(store.count()).isEqualTo(2);
  }

  private void keep(String topic, String payload, long received) {
    database.write(
        handle -> store.keep(handle, topic, payload.getBytes(UTF_8), "because", received));
  }
}
