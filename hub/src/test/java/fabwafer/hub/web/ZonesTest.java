package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ZonesTest {
  private static final String PATH = "/api/v1/images/faba/camera1/";
  private static final int SIDE = 20;

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

  @Test
  void aFailingEdge_isTold_andGoesWithTheEdgeExclusion() throws IOException {
    hub.archived("ring", TestHub.NOW, WaferImages.toPng(ring()));
    TestClient viewer = hub.as(Role.VIEWER);

    JsonNode all = viewer.get(PATH + "ring/zones").json();
    assertThat(all.get("method").stringValue()).contains("Fisher", "Holm-Bonferroni over 12 zones");
    JsonNode edge = all.at("/zones/3");
    assertThat(edge.get("name").stringValue()).isEqualTo("edge");
    assertThat(edge.get("significant").booleanValue()).isTrue();
    assertThat(edge.get("adjusted").doubleValue()).isLessThan(1e-6);
    assertThat(edge.get("yieldRatio").doubleValue())
        .isLessThan(all.at("/zones/0/yieldRatio").doubleValue());
    assertThat(all.get("zones")).hasSize(12);

    JsonNode inside = viewer.get(PATH + "ring/zones?exclusion=0.15").json();
    assertThat(inside.get("failing").intValue()).isZero();
    assertThat(inside.get("excludedFailing").intValue()).isEqualTo(all.get("failing").intValue());
    assertThat(inside.get("dies").intValue() + inside.get("excludedDies").intValue())
        .isEqualTo(all.get("dies").intValue());
  }

  @Test
  void whatHasNoZones_isRefused_withTheReason() throws IOException {
    hub.archived("ring", TestHub.NOW, WaferImages.toPng(ring()));
    hub.archived("photo", TestHub.NOW, "no picture".getBytes(StandardCharsets.UTF_8));
    TestClient viewer = hub.as(Role.VIEWER);

    assertThat(viewer.get(PATH + "photo/zones").problem()).isEqualTo("no-wafer-map");
    assertThat(viewer.get(PATH + "nothing/zones").status()).isEqualTo(404);
    assertThat(viewer.get(PATH + "ring/zones?exclusion=0.31").detail())
        .isEqualTo("the edge exclusion must be 0 to 0.3 of the radius, got 0.31");
  }

  private static WaferMap ring() {
    byte[] cells = new byte[SIDE * SIDE];
    for (int i = 0; i < cells.length; i++) {
      double x = (2 * (i % SIDE) + 1.0) / SIDE - 1;
      double y = (2 * (i / SIDE) + 1.0) / SIDE - 1;
      double r = Math.hypot(x, y);
      cells[i] = (byte) (r > 1 ? 0 : r > 0.86 ? 2 : 1);
    }
    return WaferMap.of(SIDE, SIDE, cells);
  }
}
