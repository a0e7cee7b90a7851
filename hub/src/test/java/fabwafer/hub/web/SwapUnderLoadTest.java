package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.classifier.ModelCard;
import fabwafer.hub.inference.InferenceRoutes;
import fabwafer.hub.inference.ServedModels;
import fabwafer.hub.registry.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Real models change behind {@code /invocations} while many clients ask it. */
class SwapUnderLoadTest {
  private static final int CLIENTS = 8;
  private static final int SWAPS = 20;
  private static final String CLEAN = "{\"cells\": [[1, 1], [1, 1]]}";

  @TempDir private Path folder;

  @Test
  void noRequestFails_andEachIsAnsweredByOneWholeModel() throws Exception {
    Path plain = TestModels.make(folder, "plain");
    Path contrary = contrary(TestModels.make(folder, "contrary"));
    Path broken = Files.createDirectories(folder.resolve("broken"));
    Map<String, Path> files = Map.of(id(plain), plain, id(contrary), contrary, "broken", broken);
    Map<String, String> saysOfClean = Map.of(id(plain), "none", id(contrary), "Scratch");

    Queue<TestClient.Answer> answers = new ConcurrentLinkedQueue<>();
    AtomicBoolean over = new AtomicBoolean();
    try (ServedModels served = new ServedModels(Optional::empty);
        InferenceRoutes routes =
            new InferenceRoutes(
                served::champion, served::challenger, InferenceRoutes.DEFAULT_AT_ONCE);
        TestHub hub = TestHub.start(folder.resolve("hub"), WebConfig.loopback(0), routes)) {
      use(served, id(plain), files);
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(
            Thread.startVirtualThread(
                () -> {
                  TestClient client = hub.anyone();
                  while (!over.get()) {
                    answers.add(client.post("/invocations", CLEAN));
                  }
                }));
      }
      for (int swap = 1; swap <= SWAPS; swap++) {
        int before = answers.size();
        use(served, swap % 2 == 0 ? id(plain) : id(contrary), files);
        // One that cannot be opened changes nothing.
        use(served, "broken", files);
        while (answers.size() < before + CLIENTS) {
          Thread.onSpinWait();
        }
      }
      over.set(true);
      for (Thread client : clients) {
        client.join();
      }
    }
    assertThat(answers).hasSizeGreaterThan(SWAPS * CLIENTS / 2);
    assertThat(answers)
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).as(answer.text()).isEqualTo(200);
              JsonNode json = answer.json();
              assertThat(json.get("cls").stringValue())
                  .isEqualTo(saysOfClean.get(json.get("model").stringValue()));
            });
    assertThat(answers)
        .extracting(answer -> answer.json().get("model").stringValue())
        .contains(id(plain), id(contrary));
  }

  private static void use(ServedModels served, String id, Map<String, Path> files) {
    served.use(Optional.of(id), Optional.empty(), name -> Objects.requireNonNull(files.get(name)));
  }

  /** The same graph under a card that names none's output Scratch. */
  private static Path contrary(Path model) throws IOException {
    Path card = model.resolve(ModelCard.FILE_NAME);
    String text = Files.readString(card);
    String swapped = text.replace("\"Scratch\"", "\"#\"").replace("\"none\"", "\"Scratch\"");
    // The first none is of the classes, further ones of calibration and data.
    int classes = text.indexOf("]");
    String head = swapped.substring(0, swapped.indexOf("]"));
    Files.writeString(card, head.replace("\"#\"", "\"none\"") + text.substring(classes));
    return model;
  }

  private static String id(Path model) {
    return ModelCard.read(model.resolve(ModelCard.FILE_NAME)).id();
  }
}
