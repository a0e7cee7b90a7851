package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import tools.jackson.databind.JsonNode;

/** An approver leads models through their life in the portal of the running program. */
class ModelsPortalTest {
  private static final int WAFERS = 300;
  private static final int SHADOW_WAFERS = 3;
  private static final int MOST_TABS = 80;
  private static final String PASSWORD = "a wafer a day";
  private static final Duration LONG = Duration.ofMinutes(4);
  private static final Duration SETTLED = Duration.ofSeconds(10);

  /** On synthetic wafers, on a machine that does other things. */
  private static final String GATE =
      """
      gate {
        macro-f1 = 0.3
        calibration-error = 0.5
        recall { other = 0.05 }
        precision { other = 0.05 }
        wafer-millis = 10000
        false-holds-per-thousand = 100
      }
      """;

  @TempDir private static Path folder;
  private static RunningHub hub;
  private static RestClient admin;

  @BeforeAll
  static void start() throws IOException {
    FillPlan plan = new FillPlan(WAFERS, 10, Instant.now().truncatedTo(ChronoUnit.HOURS), 1, 1);
    FilledHub.fill(folder.resolve("hub/data"), plan, stored -> {});
    Path gate = Files.writeString(folder.resolve("gate.conf"), GATE);
    hub =
        RunningHub.start(
            folder.resolve("hub"),
            "model-approvers=2",
            "shadow-wafers=" + SHADOW_WAFERS,
            "gate=" + gate);
    admin = hub.admin();
    account("eva", "approver");
    account("vic", "viewer");
    for (JsonNode wafer : admin.items("/api/v1/images")) {
      Map<String, Object> label =
          Map.of(
              "imgid", wafer.get("imgid").stringValue(),
              "timestamp", wafer.get("timestamp").longValue(),
              "fab", wafer.get("fab").stringValue(),
              "camera", wafer.get("camera").stringValue(),
              "ground_truth", wafer.get("prediction").stringValue());
      assertThat(admin.post("/api/v1/groundtruth", label).status()).isBetween(200, 201);
    }
  }

  private static void account(String user, String role) {
    RestClient.Answer answer =
        admin.post("/api/v1/accounts", Map.of("user", user, "password", PASSWORD, "role", role));
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  @Test
  void anApprover_leadsAModelToChampion_andBack_andOneAgainstTheGate_andAViewerSees()
      throws IOException {
    String first = inStage("champion").getFirst();
    List<String> axe = new ArrayList<>();
    try (Browser browser = Browser.open(hub.address())) {
      browser.logIn("eva", PASSWORD);
      String next = imported(browser);
      judged(browser, next);
      reasonsAreShown(browser, next, axe);
      approvedByTwo(browser, next);
      aViewerMayOnlyLook(next);
      rolledBack(browser, first);
      againstTheGate(browser, axe);

      browser.show("#/models?tab=deliveries");
      browser.awaitText("section[aria-label=Rollouts]", "Rollout 2");
      browser.settle(SETTLED);
      axe.addAll(axeOf(browser, "deliveries"));
      assertThat(browser.complaints()).isEmpty();
    }
    assertThat(axe).isEmpty();
    assertThat(
            admin.items("/api/v1/audit").stream().map(entry -> entry.get("action").stringValue()))
        .contains(
            "model.testing",
            "model.approved",
            "model.deployed",
            "model.rolled-back",
            "model.rejected",
            "pipeline.begun");
  }

  private static String imported(Browser browser) throws IOException {
    browser.show("#/models");
    browser.awaitText(".model-list", "champion");
    Path broken = Files.write(folder.resolve("broken.zip"), new byte[] {1, 2, 3});
    browser.find(".models input[type=file]").sendKeys(broken.toString());
    assertThat(browser.awaitText(".import-state", "broken.zip was refused"))
        .contains("neither a model's folder nor its zip");
    Path zip = Files.write(folder.resolve("next.zip"), OtherModels.copy("next"));
    browser.find(".models input[type=file]").sendKeys(zip.toString());
    browser.awaitText(".import-state", "next.zip passed its checks");
    return inStage("candidate").getFirst();
  }

  private static void judged(Browser browser, String next) throws IOException {
    browser.show("#/models?tab=pipeline");
    browser.find(".start option[value='" + next + "']").click();
    browser.button(".start", "Judge this model").click();
    browser.awaitText(".run h2", "Run 1");
    await().atMost(LONG).until(() -> inStage("test").contains(next));
    browser.awaitText(".run .steps li[aria-current=step]", "Test");
    browser.awaitText(".run-log pre", "gate: macro-F1 PASS");
    browser.awaitText(".run", "in shadow: 0 of " + SHADOW_WAFERS);
    for (Path sample : Samples.all().subList(0, SHADOW_WAFERS + 1)) {
      String query = "?fab=faba&camera=by-hand&name=" + sample.getFileName();
      RestClient.Answer stored =
          admin.postBytes(
              "/api/v1/wafers" + query, "application/octet-stream", Files.readAllBytes(sample));
      assertThat(stored.status()).as(stored.body()).isBetween(200, 201);
    }
    await().atMost(LONG).until(() -> run(1).get("stage").stringValue().equals("approval"));
    browser.awaitText(".run .steps li[aria-current=step]", "Approval");
  }

  private static void reasonsAreShown(Browser browser, String next, List<String> axe) {
    browser.show("#/models?model=" + next);
    browser.awaitText("section[aria-label=Gate]", "The gate passed it");
    assertThat(browser.awaitText(".gate", "macro-F1")).contains("at least 0.3000", "passed");
    assertThat(browser.count(".class-figures circle.champion")).isPositive();
    browser.find("section[aria-label='Past excursions']");
    axe.addAll(axeOf(browser, "gate"));
    browser.button(".models .segments", "Shadow").click();
    browser.awaitText(".models", "Agrees with the champion on 100.0 % of");
    axe.addAll(axeOf(browser, "shadow"));
    browser.button(".models .segments", "Card and labels").click();
    browser.awaitText("section[aria-label='Labels the gate judged it by']", "held out");
    browser.button(".models .segments", "Compare").click();
    browser.awaitText("section[aria-label=Comparison]", "wm811k");
    axe.addAll(axeOf(browser, "comparison"));
    browser.button(".models .segments", "Test vectors").click();
    browser.awaitText("section[aria-label='Test vectors']", "9 test vectors");
  }

  private static void approvedByTwo(Browser browser, String next) {
    focus(browser, "Approve …");
    browser.press(Keys.ENTER);
    browser.find("dialog textarea").sendKeys("agrees with the reviews");
    browser.button("dialog", "Approve").click();
    browser.awaitText(".model-head", "approved by eva; 1 other person still to approve");
    assertThat(browser.text()).doesNotContain("Approve …");
    RestClient.Answer second = admin.post("/api/v1/models/" + next + "/approval", Map.of());
    assertThat(second.status()).as(second.body()).isEqualTo(200);
    browser.awaitText(".model-head .mark-champion", "champion");
    assertThat(inStage("champion")).containsExactly(next);
  }

  private static void aViewerMayOnlyLook(String next) {
    try (Browser browser = Browser.open(hub.address())) {
      browser.logIn("vic", PASSWORD);
      browser.show("#/models?model=" + next);
      browser.awaitText(".model-head", "champion");
      assertThat(browser.count(".model-actions")).isZero();
      browser.show("#/models?tab=pipeline");
      browser.awaitText(".runs", "Run 1");
      assertThat(browser.count(".start")).isZero();
    }
    RestClient viewer = RestClient.login(hub.address(), "vic", PASSWORD);
    assertThat(viewer.post("/api/v1/models/rollback", Map.of("reason", "no")).status())
        .isEqualTo(403);
  }

  private static void rolledBack(Browser browser, String first) {
    rollBack(browser, "it calls every scratch a Loc");
    await().atMost(LONG).until(() -> inStage("champion").equals(List.of(first)));
    browser.awaitText(".model-head h1", first.substring(0, 12));
    rollBack(browser, "once more");
    browser.awaitText("dialog [role=alert]", "there is no champion before");
    browser.button("dialog", "Cancel").click();
  }

  private static void rollBack(Browser browser, String reason) {
    browser.button(".model-head", "Roll back …").click();
    browser.find("dialog textarea").sendKeys(reason);
    browser.button("dialog", "Roll back").click();
  }

  private static void againstTheGate(Browser browser, List<String> axe) throws IOException {
    browser.show("#/models");
    Path zip = Files.write(folder.resolve("bad.zip"), OtherModels.confused("bad", "none", "Loc"));
    browser.find(".models input[type=file]").sendKeys(zip.toString());
    browser.awaitText(".import-state", "bad.zip passed its checks");
    String bad = inStage("candidate").getFirst();
    browser.show("#/models?model=" + bad);
    browser.button(".model-head", "Send through the gate").click();
    browser.awaitText(".run h2", "Run 2");
    await().atMost(LONG).until(() -> run(2).get("state").stringValue().equals("failed"));
    browser.awaitText(".run .failing", "the gate did not pass it");
    browser.button(".run", "Resume");
    axe.addAll(axeOf(browser, "pipeline"));

    browser.show("#/models?model=" + bad);
    browser.awaitText("section[aria-label=Gate]", "The gate did not pass it");
    browser.awaitText(".gate tr.says-fail", "failed");
    browser.button(".model-head", "Test against the gate …").click();
    browser.awaitText("dialog .warning", "your name and your reason go into the audit");
    browser.find("dialog textarea").sendKeys("to see it in shadow");
    axe.addAll(axeOf(browser, "override"));
    browser.button("dialog", "Override the gate").click();
    browser.awaitText(".model-head .mark-test", "in test");
    browser.button(".model-head", "Reject …").click();
    browser.find("dialog textarea").sendKeys("seen enough");
    browser.button("dialog", "Reject").click();
    browser.awaitText(".model-head .mark-retired", "retired");
    browser.button(".models .segments", "History").click();
    browser.awaitText("section[aria-label=History]", "against the gate");
  }

  /** Goes to a button by the keyboard alone. */
  private static void focus(Browser browser, String button) {
    for (int i = 0; i < MOST_TABS; i++) {
      browser.press(Keys.TAB);
      Object focused = browser.run("return document.activeElement.textContent.trim()");
      if (focused.equals(button)) {
        return;
      }
    }
    throw new AssertionError("no button " + button + " within " + MOST_TABS + " tabs");
  }

  private static List<String> axeOf(Browser browser, String where) {
    Axe.load(browser);
    return Axe.inBothThemes(browser, where);
  }

  private static List<String> inStage(String stage) {
    return StreamSupport.stream(admin.json("/api/v1/models").get("items").spliterator(), false)
        .filter(model -> model.get("stage").stringValue().equals(stage))
        .map(model -> model.get("id").stringValue())
        .toList();
  }

  private static JsonNode run(long id) {
    return admin.json("/api/v1/pipeline/" + id);
  }
}
