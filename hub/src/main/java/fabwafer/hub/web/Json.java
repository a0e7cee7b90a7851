package fabwafer.hub.web;

import fabwafer.protocol.Limits;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON as the REST contract reads and writes it: bounded in depth and length, strict. */
public final class Json {
  /** Most characters of a number. */
  private static final int MAX_NUMBER_CHARS = 40;

  /** Reads and writes; what it reads has no two fields of one name and nothing after its end. */
  static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(Limits.MAX_JSON_DEPTH)
                          .maxStringLength(Limits.MAX_PAYLOAD_BYTES)
                          .maxNumberLength(MAX_NUMBER_CHARS)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /** JSON that this hub wrote itself, such as a column of its database. */
  public static JsonNode parse(String own) {
    return MAPPER.readTree(own);
  }

  /** An empty object to fill. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** The bytes that an answer of this JSON has. */
  public static byte[] bytes(JsonNode json) {
    return MAPPER.writeValueAsBytes(json);
  }
}
