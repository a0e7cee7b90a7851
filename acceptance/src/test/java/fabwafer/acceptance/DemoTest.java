package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.MatchResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The first command of the README, as a new user runs it. */
class DemoTest {
  /** Exit code of a program that SIGINT ended. */
  private static final int INTERRUPTED = 130;

  private static final Duration SOON = Duration.ofMinutes(2);

  @TempDir private Path folder;

  @Test
  void demo_playsWafersAlarmsAndEndsCleanlyOnCtrlC() {
    try (Program demo =
        Program.fabwafer(
            folder.resolve("demo.log"), "demo", "--http-port", "0", "--seconds", "0.2")) {
      String address = demo.awaitPrinted("portal +(http\\S+)").group(1);
      MatchResult login = demo.awaitPrinted("user +(\\S+)\\s+password +(\\S+)");
      Path data = Path.of(demo.awaitPrinted("arrive in (\\S+)").group(1)).getParent();
      RestClient user = RestClient.login(address, login.group(1), login.group(2));

      await().atMost(SOON).until(() -> user.items("/api/v1/images").size() > 320);
      JsonNode newest = user.items("/api/v1/images").getFirst();
      assertThat(newest.get("probabilities").size()).isEqualTo(9);
      assertThat(user.get(newest.get("waferMapUrl").stringValue()).status()).isEqualTo(200);
      assertThat(user.items("/api/v1/alarms")).isNotEmpty();
      assertThat(user.json("/api/v1/devices").get("fabs").get(0).get("cameras")).hasSize(2);

      assertThat(demo.interrupt()).isEqualTo(INTERRUPTED);
      assertThat(demo.printed()).doesNotContain("ERROR").doesNotContain("Exception");
      assertThat(data).doesNotExist();
    }
  }
}
