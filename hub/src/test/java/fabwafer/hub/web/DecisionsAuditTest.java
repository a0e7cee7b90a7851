package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.audit.Actor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DecisionsAuditTest {
  private static final String RULE =
      "{\"name\":\"Donuts\",\"pattern\":\"Donut\",\"test\":\"k-of-n\",\"k\":%d,\"n\":5%s}";

  /** Routes that write, and what they leave in the audit. */
  private static final Set<String> AUDITED =
      Set.of(
          "POST /api/v1/session session.started",
          "POST /api/v1/session/logout session.ended",
          "POST /api/v1/session/password account.changed",
          "POST /api/v1/accounts account.created",
          "PATCH /api/v1/accounts/{user} account.changed",
          "DELETE /api/v1/accounts/{user} account.removed",
          "POST /api/v1/tokens token.created",
          "DELETE /api/v1/tokens/{id} token.revoked",
          "POST /api/v1/devices/credentials device.added",
          "POST /api/v1/devices/credentials/{device}/rotation device.rotated",
          "POST /api/v1/devices/credentials/{device}/revocation device.revoked",
          "POST /api/v1/enrolment device.enrolled",
          "POST /api/v1/enrolment/renewal device.renewed",
          "POST /api/v1/wafers wafers.uploaded",
          "POST /api/v1/groundtruth label.given",
          "POST /api/v1/review/opinions label.given, opinion.given",
          "POST /api/v1/patterns pattern.named",
          "PATCH /api/v1/patterns/{id} pattern.renamed",
          "POST /api/v1/patterns/{id}/merge pattern.merged",
          "POST /api/v1/patterns/{id}/dissolve pattern.dissolved",
          "POST /api/v1/alarms/{id}/acknowledge alarm.acknowledged",
          "POST /api/v1/alarms/{id}/suppress alarm.suppressed",
          "POST /api/v1/alarms/{id}/resume alarm.resumed",
          "POST /api/v1/alarms/{id}/comments alarm.commented",
          "POST /api/v1/alarms/{id}/resolve alarm.resolved",
          "POST /api/v1/alarm-ways/test alarm.ways-tested",
          "POST /api/v1/alarm-rules rule.added",
          "POST /api/v1/alarm-rules/{id}/versions rule.changed",
          "POST /api/v1/holds/{id}/confirm hold.confirmed",
          "POST /api/v1/holds/{id}/dismiss hold.dismissed",
          "POST /api/v1/holds/{id}/release hold.released",
          "POST /api/v1/analytics/baselines baseline.frozen",
          "POST /api/v1/models model.added",
          "POST /api/v1/models/{model}/test model.testing",
          "POST /api/v1/models/{model}/approval model.approved",
          "POST /api/v1/models/{model}/rejection model.rejected",
          "POST /api/v1/models/{model}/deployment model.deployed",
          "POST /api/v1/models/rollback model.rolled-back",
          "POST /api/v1/rollouts rollout.started",
          "POST /api/v1/rollouts/{id}/rollback rollout.rolled-back",
          "POST /api/v1/rollouts/{id}/stop rollout.stopped",
          "POST /api/v1/pipeline pipeline.begun",
          "POST /api/v1/watch/reference watch.reference-begun",
          "POST /api/v1/pipeline/{id}/resumption pipeline.resumed",
          "POST /api/v1/pipeline/{id}/cancellation pipeline.cancelled");

  /** Routes that are sent a body and decide nothing. */
  private static final Set<String> ANSWERS =
      Set.of(
          "POST /api/v1/review/leases",
          "POST /api/v1/alarm-backtests",
          "POST /invocations",
          "POST /test/invocations",
          "POST /v2/models/{name}/infer");

  @TempDir private Path folder;
  private TestHub hub;

  @BeforeEach
  void start() {
    hub = TestHub.start(folder);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private List<JsonNode> audit(String action) {
    return hub.as(Role.ADMIN)
        .get("/api/v1/audit?action=" + action)
        .json()
        .get("items")
        .valueStream()
        .toList();
  }

  @Test
  void aRouteThatWrites_isKnownHereWithWhatItLeavesInTheAudit() {
    Set<String> known = new TreeSet<>(ANSWERS);
    AUDITED.stream()
        .map(route -> route.substring(0, route.indexOf(' ', route.indexOf('/'))))
        .forEach(known::add);
    List<String> writing =
        hub.server.routes().stream()
            .filter(route -> route.method() != Route.Method.GET)
            .map(route -> route.method() + " " + route.path())
            .toList();

    assertThat(writing).isNotEmpty().isSubsetOf(known);
  }

  @Test
  void aChangedRule_isToldFromWhatToWhat_andByWhom() {
    TestClient approver = hub.as(Role.APPROVER);
    TestClient.Answer added = approver.post("/api/v1/alarm-rules", RULE.formatted(2, ""));
    long id = added.json().get("id").longValue();
    String more = ",\"fab\":\"faba\",\"version\":1,\"note\":\"too many\"";
    String versions = "/api/v1/alarm-rules/" + id + "/versions";
    TestClient.Answer changed = approver.post(versions, RULE.formatted(3, more));
    assertThat(changed.status()).as(changed.text()).isEqualTo(200);

    JsonNode entry = audit("rule.changed").getFirst();
    assertThat(entry.get("actor").stringValue()).isEqualTo("user:the-approver");
    assertThat(entry.get("object").stringValue()).isEqualTo("rule:" + id);
    assertThat(entry.get("detail"))
        .isEqualTo(
            Json.MAPPER.readTree(
                "{\"changes\":{\"fab\":{\"from\":null,\"to\":\"faba\"},"
                    + "\"k\":{\"from\":2,\"to\":3}},\"version\":2,\"note\":\"too many\"}"));
    assertThat(approver.post(versions, RULE.formatted(4, ",\"version\":1")).status())
        .isEqualTo(409);
    assertThat(audit("rule.changed")).as("a change that was refused is none").hasSize(1);
  }

  @Test
  void aLabel_isToldWithTheOneBefore() {
    hub.classified("img1", TestHub.NOW, "Center");
    TestClient reviewer = hub.as(Role.REVIEWER);
    for (String label : List.of("Donut", "Loc")) {
      reviewer.post(
          "/api/v1/groundtruth",
          "{\"imgid\":\"img1\",\"timestamp\":%d,\"fab\":\"faba\",\"camera\":\"camera1\","
                  .formatted(TestHub.NOW)
              + "\"ground_truth\":\"%s\"}".formatted(label));
    }

    List<JsonNode> labels = audit("label.given");
    assertThat(labels).hasSize(2);
    assertThat(labels.getLast().at("/detail/before").isNull()).isTrue();
    assertThat(labels.getFirst().at("/detail/before").stringValue()).isEqualTo("Donut");
    assertThat(labels.getFirst().at("/detail/label").stringValue()).isEqualTo("Loc");
  }

  @Test
  void anAccountsChange_tellsTheRoles_andNeverThePassword() {
    TestClient admin = hub.as(Role.ADMIN);
    hub.accounts.create(Actor.HUB, "eva", TestHub.PASSWORD, Role.VIEWER);
    String secret = "another long password";
    admin.patch(
        "/api/v1/accounts/eva", "{\"role\":\"reviewer\",\"password\":\"%s\"}".formatted(secret));

    JsonNode entry = audit("account.changed").getFirst();
    assertThat(entry.get("detail"))
        .isEqualTo(
            Json.MAPPER.readTree(
                "{\"roleBefore\":\"viewer\",\"role\":\"reviewer\",\"password\":\"changed\"}"));
    assertThat(admin.get("/api/v1/audit?limit=200").text())
        .doesNotContain(secret, TestHub.PASSWORD);
  }

  @Test
  void manyGuessesAtOnce_areJudgedAsFewTimesAsOneAfterTheOther_andOthersLogIn() throws Exception {
    int guesses = 60;
    hub.as(Role.VIEWER);
    hub.as(Role.REVIEWER);
    CountDownLatch start = new CountDownLatch(1);
    List<Future<TestClient.Answer>> answers = new ArrayList<>();
    try (ExecutorService guessers = Executors.newFixedThreadPool(guesses)) {
      for (int i = 0; i < guesses; i++) {
        String guess = "guess number " + i;
        TestClient guesser = hub.anyone();
        answers.add(
            guessers.submit(
                () -> {
                  start.await();
                  return guesser.login("the-viewer", guess);
                }));
      }
      start.countDown();
      for (int i = 0; i < 5; i++) {
        assertThat(hub.anyone().login("the-reviewer", TestHub.PASSWORD).status()).isEqualTo(200);
      }
    }

    List<Integer> statuses = new ArrayList<>();
    for (Future<TestClient.Answer> answer : answers) {
      statuses.add(answer.get().status());
    }
    assertThat(statuses).containsOnly(401, 429);
    assertThat(statuses.stream().filter(status -> status == 401)).hasSize(5);
    assertThat(hub.anyone().login("the-viewer", TestHub.PASSWORD).status())
        .as("nor does the right password go through")
        .isEqualTo(429);
    assertThat(hub.anyone().login("the-reviewer", TestHub.PASSWORD).status()).isEqualTo(200);
    hub.now.addAndGet(1_000);
    assertThat(hub.anyone().login("the-viewer", TestHub.PASSWORD).status()).isEqualTo(200);
  }
}
