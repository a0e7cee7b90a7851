package fabwafer.hub.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.classifier.ModelPackage;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.registry.Promotion;
import fabwafer.hub.registry.RegisteredModel.Verdict;
import fabwafer.hub.registry.TestModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ModelsTest {
  @TempDir private Path folder;
  private TestHub hub;

  @BeforeEach
  void start() {
    hub = TestHub.start(folder);
    hub.registry.welcome(TestModels.make(folder, "first"));
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private static byte[] zip(Path model) throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    ModelPackage.read(model).writeZip(zip);
    return zip.toByteArray();
  }

  @Test
  void aModelComesByRest_isApprovedByTwoPersons_deployed_andRolledBack() throws IOException {
    byte[] zip = zip(TestModels.make(folder, "next"));
    TestClient approver = hub.as(Role.APPROVER);

    TestClient.Answer added = approver.send("POST", "/api/v1/models", "application/zip", zip);
    assertThat(added.status()).isEqualTo(201);
    String id = added.json().get("id").stringValue();
    String model = "/api/v1/models/" + id.substring(0, 10);
    assertThat(added.json().get("stage").stringValue()).isEqualTo("candidate");
    assertThat(approver.post(model + "/test", "{}").detail()).contains("has not judged");
    new Promotion(hub.registry, hub.audit, 2, hub.clock)
        .judged(Actor.HUB, id, new Verdict(Optional.empty(), 1, true, "{\"rules\":[]}"));

    assertThat(approver.post(model + "/test", "{}").json().get("stage").stringValue())
        .isEqualTo("test");
    assertThat(approver.post(model + "/approval", "{\"comment\":\"good\"}").status())
        .isEqualTo(200);
    assertThat(approver.post(model + "/approval", "{}").problem()).isEqualTo("conflict");
    assertThat(approver.post(model + "/deployment", "").problem()).isEqualTo("conflict");
    TestClient admin = hub.as(Role.ADMIN);
    assertThat(admin.post(model + "/approval", "{}").json().get("stage").stringValue())
        .isEqualTo("challenger");
    assertThat(admin.post(model + "/deployment", "").json().get("stage").stringValue())
        .isEqualTo("champion");

    JsonNode vectors = hub.as(Role.VIEWER).get(model + "/vectors").json();
    assertThat(vectors.get("vectors")).hasSize(9);
    assertThat(vectors.at("/vectors/0/logits").size())
        .isEqualTo(added.json().get("classes").size());

    JsonNode back = admin.post("/api/v1/models/rollback", "{\"reason\":\"errors\"}").json();
    assertThat(back.get("origin").stringValue()).isEqualTo("program");
    JsonNode retired = hub.as(Role.VIEWER).get(model).json();
    assertThat(retired.get("stage").stringValue()).isEqualTo("retired");
    assertThat(retired.get("note").stringValue()).isEqualTo("errors");
    assertThat(retired.at("/events/0/action").stringValue()).isEqualTo("model.taken-back");
    assertThat(retired.at("/approvals/1/person").stringValue()).isEqualTo("the-approver");
  }

  @Test
  void whatIsNoModel_isRefusedWithItsReason() throws IOException {
    TestClient approver = hub.as(Role.APPROVER);
    byte[] damaged = zip(TestModels.make(folder, "damaged"));
    // In the graph: the card's id is not its any more.
    damaged[new String(damaged, ISO_8859_1).indexOf("damaged")] ^= 1;

    assertThat(approver.send("POST", "/api/v1/models", "application/zip", damaged).status())
        .isEqualTo(400);
    assertThat(
            approver
                .send("POST", "/api/v1/models", "application/zip", new byte[] {1, 2, 3})
                .detail())
        .contains("neither a model's folder nor its zip");
    assertThat(approver.get("/api/v1/models").json().get("items")).hasSize(1);
    assertThat(approver.get("/api/v1/models/zz").problem()).isEqualTo("bad-body");
    assertThat(approver.get("/api/v1/models/abcd").problem()).isEqualTo("not-found");
  }

  @Test
  void aViewer_seesModelsAndComparesThem_butTakesNoFile() {
    TestClient viewer = hub.as(Role.VIEWER);

    assertThat(viewer.get("/api/v1/models/champion").json().get("stage").stringValue())
        .isEqualTo("champion");
    assertThat(viewer.get("/api/v1/models/champion/comparison").json().get("classesAdded"))
        .isEmpty();
    assertThat(viewer.get("/api/v1/models/champion/file").problem()).isEqualTo("forbidden");
    TestClient.Answer file = hub.as(Role.APPROVER).get("/api/v1/models/champion/file");
    assertThat(file.header("Content-Type")).isEqualTo("application/zip");
    assertThat(file.text()).startsWith("PK");
  }
}
