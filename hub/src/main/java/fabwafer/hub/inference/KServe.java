package fabwafer.hub.inference;

import fabwafer.classifier.Prediction;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.JsonBody;
import fabwafer.hub.web.ProblemException;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The KServe v2 inference protocol over REST ("Open Inference Protocol", kserve.github.io): wafer
 * maps as a tensor of die codes in, labels and probabilities as tensors out. Refusals are problem
 * details, as everywhere here.
 */
final class KServe {
  /** The model that answers. */
  static final String CHAMPION = "fabwafer";

  /** The model in test. */
  static final String CHALLENGER = "fabwafer-test";

  private static final String INPUT = "wafers";
  private static final int MAX_ID_CHARS = 256;
  private static final int DIMENSIONS = 3;
  private static final String FLOATS = "FP32";
  private static final String TEXTS = "BYTES";

  private KServe() {}

  static void server(Exchange exchange) {
    ObjectNode answer = Json.object().put("name", "fabwafer").put("version", "2");
    answer.putArray("extensions");
    exchange.json(answer);
  }

  static void live(Exchange exchange) {
    exchange.json(Json.object().put("live", true));
  }

  static void ready(Exchange exchange, boolean ready) {
    exchange.json(ready ? 200 : 503, Json.object().put("ready", ready));
  }

  static void modelReady(Exchange exchange, String name, boolean ready) {
    exchange.json(ready ? 200 : 503, Json.object().put("name", name).put("ready", ready));
  }

  static void model(Exchange exchange, String name, ServedModel model) {
    ObjectNode answer = Json.object().put("name", name).put("platform", "fabwafer");
    answer.putArray("versions").add(model.id());
    tensor(answer.putArray("inputs"), INPUT, "UINT8", -1, -1, -1);
    ArrayNode outputs = answer.putArray("outputs");
    tensor(outputs, "label", TEXTS, -1);
    tensor(outputs, "confidence", FLOATS, -1);
    tensor(outputs, "probabilities", FLOATS, -1, -1);
    tensor(outputs, "classes", TEXTS, -1);
    exchange.json(answer);
  }

  /**
   * The wafer maps of a request.
   *
   * @throws ProblemException if its only input is no tensor of die codes, shape [batch, height,
   *     width]
   */
  static List<WaferMap> wafers(JsonBody body) {
    JsonNode inputs = body.tree("inputs");
    JsonNode input = inputs.path(0);
    if (!inputs.isArray() || inputs.size() != 1 || !input.path("name").asString("").equals(INPUT)) {
      throw ProblemException.field("inputs", "inputs must hold one tensor, called " + INPUT);
    }
    String type = input.path("datatype").asString("");
    if (!Set.of("UINT8", "INT32", "INT64").contains(type)) {
      throw ProblemException.field("inputs", "datatype must be UINT8, INT32 or INT64");
    }
    JsonNode shape = input.path("shape");
    if (!shape.isArray() || shape.size() != DIMENSIONS) {
      throw ProblemException.field("inputs", "shape must be [batch, height, width]");
    }
    int batch = dimension(shape, 0, InferenceRequest.MAX_WAFERS);
    int height = dimension(shape, 1, WaferMap.MAX_SIDE);
    int width = dimension(shape, 2, WaferMap.MAX_SIDE);
    List<Integer> codes = new ArrayList<>();
    flatten(input.path("data"), 0, codes);
    if (codes.size() != (long) batch * height * width) {
      throw ProblemException.field(
          "inputs",
          "data must hold %,d codes as its shape says, got %,d"
              .formatted((long) batch * height * width, codes.size()));
    }
    try {
      List<WaferMap> wafers = new ArrayList<>(batch);
      for (int i = 0; i < batch; i++) {
        byte[] cells = new byte[height * width];
        for (int j = 0; j < cells.length; j++) {
          cells[j] = (byte) (int) codes.get(i * cells.length + j);
        }
        wafers.add(WaferMap.of(height, width, cells));
      }
      return wafers;
    } catch (WaferException e) {
      throw ProblemException.field("inputs", "data: " + e.getMessage());
    }
  }

  private static int dimension(JsonNode shape, int index, int most) {
    JsonNode value = shape.path(index);
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < 1
        || value.intValue() > most) {
      throw ProblemException.field("inputs", "shape[%d] must be 1 to %,d".formatted(index, most));
    }
    return value.intValue();
  }

  /** The protocol lets data lie flat or nested. */
  private static void flatten(JsonNode data, int depth, List<Integer> codes) {
    if (!data.isArray() || depth == DIMENSIONS) {
      throw ProblemException.field("inputs", "data must be a list of die codes, flat or nested");
    }
    for (JsonNode value : data) {
      if (value.isArray()) {
        flatten(value, depth + 1, codes);
      } else if (value.isIntegralNumber()
          && value.canConvertToInt()
          && value.intValue() >= 0
          && value.intValue() <= 2) {
        codes.add(value.intValue());
      } else {
        throw ProblemException.field("inputs", "data must hold the codes 0, 1 and 2 alone");
      }
    }
  }

  /** The answer with the outputs that were asked for; all, where none were. */
  static ObjectNode answer(
      String name, ServedModel model, JsonBody body, List<Prediction> predictions) {
    ObjectNode answer = Json.object().put("model_name", name).put("model_version", model.id());
    body.optionalText("id", MAX_ID_CHARS).ifPresent(id -> answer.put("id", id));
    Set<String> wanted =
        StreamSupport.stream(body.tree("outputs").spliterator(), false)
            .map(output -> output.path("name").asString(""))
            .collect(Collectors.toSet());
    ArrayNode outputs = answer.putArray("outputs");
    int batch = predictions.size();
    List<String> classes = List.copyOf(predictions.getFirst().probabilities().keySet());
    add(
        outputs,
        wanted,
        "label",
        TEXTS,
        List.of(batch),
        predictions,
        (data, prediction) -> data.add(prediction.label()));
    add(
        outputs,
        wanted,
        "confidence",
        FLOATS,
        List.of(batch),
        predictions,
        (data, prediction) -> data.add(prediction.probability()));
    add(
        outputs,
        wanted,
        "probabilities",
        FLOATS,
        List.of(batch, classes.size()),
        predictions,
        (data, prediction) -> prediction.probabilities().values().forEach(data::add));
    if (wanted.isEmpty() || wanted.contains("classes")) {
      ArrayNode data = tensor(outputs, "classes", TEXTS, classes.size()).putArray("data");
      classes.forEach(data::add);
    }
    return answer;
  }

  private interface Filling {
    void add(ArrayNode data, Prediction prediction);
  }

  private static void add(
      ArrayNode outputs,
      Set<String> wanted,
      String name,
      String type,
      List<Integer> shape,
      List<Prediction> predictions,
      Filling filling) {
    if (wanted.isEmpty() || wanted.contains(name)) {
      ArrayNode data =
          tensor(outputs, name, type, shape.stream().mapToInt(Integer::intValue).toArray())
              .putArray("data");
      predictions.forEach(prediction -> filling.add(data, prediction));
    }
  }

  private static ObjectNode tensor(ArrayNode list, String name, String type, int... shape) {
    ObjectNode tensor = list.addObject().put("name", name).put("datatype", type);
    ArrayNode dimensions = tensor.putArray("shape");
    for (int size : shape) {
      dimensions.add(size);
    }
    return tensor;
  }
}
