package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device's life in the portal of the running program, in a real browser. */
class DevicePortalTest {
  private static final String CREDENTIALS = "[aria-labelledby=credentials] ";
  private static final String ROW = CREDENTIALS + "tbody tr:first-child";
  private static final String SECRET = CREDENTIALS + ".panel[role=status]";

  @TempDir private static Path folder;
  private static RunningHub hub;

  @BeforeAll
  static void start() {
    hub =
        RunningHub.start(
            folder.resolve("hub"),
            "mqtt-tls-host=127.0.0.1",
            "mqtt-tls-port=" + Program.freePort());
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  @Test
  void aDevice_isAdded_enrolsWithATokenShownOnce_isRotatedAndRevoked_andTheAuditTellsIt() {
    try (Browser browser = Browser.open(hub.address())) {
      browser.logIn("admin", hub.adminPassword());
      browser.awaitText(".connection", "Live");
      browser.show("#/devices");
      browser.type(CREDENTIALS + "form label:nth-of-type(1) input", "agent-p");
      browser.type(CREDENTIALS + "form label:nth-of-type(2) input", "faba");
      browser.type(CREDENTIALS + "form label:nth-of-type(3) input", "camera1, camera2");
      browser.find(CREDENTIALS + "form button[type=submit]").click();
      browser.awaitText(SECRET, "Token of agent-p");
      String token = browser.find(SECRET + " code").getText();
      assertThat(token).hasSizeGreaterThan(20);
      browser.awaitText(ROW, "Waits to enrol");
      browser.awaitText(ROW, "faba: camera1, camera2");

      showAgain(browser);
      browser.awaitText(ROW, "agent-p");
      assertThat(browser.text()).as("a token is shown once").doesNotContain(token);
      Program.Finished enrolled = enrol(token, "credential");
      assertThat(enrolled.exit()).as(enrolled.printed()).isZero();
      assertThat(folder.resolve("credential/key.pem")).exists();
      showAgain(browser);
      browser.awaitText(ROW, "Active");
      Program.Finished again = enrol(token, "again");
      assertThat(again.exit()).isNotZero();
      assertThat(again.printed()).contains("was used");

      browser.button(ROW, "New token").click();
      browser.awaitText(SECRET, "Token of agent-p");
      String next = browser.find(SECRET + " code").getText();
      assertThat(next).isNotEqualTo(token);
      browser.button(ROW, "Revoke").click();
      browser.button(ROW, "Really revoke agent-p").click();
      browser.awaitText(ROW, "Revoked");
      assertThat(enrol(next, "revoked").exit()).as("a revoked device's token").isNotZero();
      assertThat(Files.exists(folder.resolve("revoked"))).isFalse();

      browser.show("#/audit");
      for (String action :
          new String[] {
            "device.added",
            "device.enrolled",
            "device.enrolment-refused",
            "device.rotated",
            "device.revoked"
          }) {
        browser.awaitText("table", action);
      }
      assertThat(browser.text()).contains("device:agent-p").doesNotContain(token, next);
      assertThat(browser.complaints()).isEmpty();
    }
  }

  private static void showAgain(Browser browser) {
    browser.show("#/audit");
    browser.awaitText("h1", "Audit");
    browser.show("#/devices");
  }

  private static Program.Finished enrol(String token, String into) {
    return Program.run(
        Map.of("FABWAFER_TOKEN", token),
        Program.home().resolve("fabwafer").toString(),
        "agent",
        "enrol",
        "--hub",
        hub.address(),
        "--data",
        folder.resolve(into).toString());
  }
}
