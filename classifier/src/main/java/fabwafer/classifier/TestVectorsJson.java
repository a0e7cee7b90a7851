package fabwafer.classifier;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Test vectors as JSON: {@code format}, {@code model}, {@code tolerance}, {@code vectors}. */
final class TestVectorsJson {
  private static final int FORMAT = 1;

  private static final JsonMapper MAPPER =
      ModelCardJson.strictMapper(TestVectors.MAX_BYTES).build();

  private TestVectorsJson() {}

  static TestVectors parse(String name, byte[] json) {
    try {
      JsonNode root = MAPPER.readTree(json);
      int format = root.path("format").asInt(0);
      if (format != FORMAT) {
        throw new ModelCardException(
            "%s: format must be %d, got %s".formatted(name, FORMAT, root.path("format")));
      }
      List<TestVectors.Vector> vectors = new ArrayList<>();
      for (JsonNode vector : root.path("vectors")) {
        vectors.add(vector(vector));
      }
      return new TestVectors(
          root.path("model").asString(""), root.path("tolerance").asDouble(Double.NaN), vectors);
    } catch (JacksonException e) {
      throw new ClassifierException(
          name + ": the test vectors are not JSON: " + e.getOriginalMessage(), e);
    } catch (WaferException | ModelCardException e) {
      throw new ClassifierException(name + ": " + e.getMessage(), e);
    }
  }

  private static TestVectors.Vector vector(JsonNode json) {
    int height = json.path("height").asInt(0);
    int width = json.path("width").asInt(0);
    String digits = json.path("cells").asString("");
    byte[] cells = new byte[digits.length()];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = (byte) (digits.charAt(i) - '0');
    }
    return new TestVectors.Vector(
        WaferMap.of(height, width, cells),
        numbers(json.path("logits")),
        numbers(json.path("patterns")));
  }

  private static List<Double> numbers(JsonNode json) {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode number : json) {
      numbers.add(number.asDouble(Double.NaN));
    }
    return numbers;
  }

  static byte[] write(TestVectors vectors) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("format", FORMAT).put("model", vectors.model()).put("tolerance", vectors.tolerance());
    ArrayNode list = root.putArray("vectors");
    for (TestVectors.Vector vector : vectors.vectors()) {
      WaferMap wafer = vector.wafer();
      StringBuilder digits = new StringBuilder();
      for (byte cell : wafer.cells()) {
        digits.append((char) ('0' + cell));
      }
      ObjectNode item =
          list.addObject()
              .put("height", wafer.height())
              .put("width", wafer.width())
              .put("cells", digits.toString());
      vector.logits().forEach(item.putArray("logits")::add);
      vector.patterns().forEach(item.putArray("patterns")::add);
    }
    return MAPPER.writeValueAsBytes(root);
  }
}
