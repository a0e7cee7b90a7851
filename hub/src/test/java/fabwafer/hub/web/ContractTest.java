package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.inference.InferenceRoutes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Holds openapi.yaml against the routes: neither may have what the other lacks. */
class ContractTest {
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

  @TempDir private Path folder;

  @Test
  void everyRoute_isInTheContract_withItsRoleAndParameters_andTheReverse() throws IOException {
    Map<String, String> documented = documented(contract());
    Map<String, String> registered = new TreeMap<>();
    try (TestHub hub =
        TestHub.start(folder, WebConfig.loopback(0), new InferenceRoutes(Optional::empty, 1))) {
      for (Route route : hub.server.routes()) {
        registered.put(
            route.method() + " " + route.path(),
            route.access().word() + " " + new TreeSet<>(route.query()));
      }
    }

    assertThat(registered).hasSizeGreaterThan(25).containsExactlyInAnyOrderEntriesOf(documented);
  }

  @Test
  void everyReference_leadsSomewhere() throws IOException {
    JsonNode contract = contract();
    List<String> references = contract.findValuesAsString("$ref").stream().distinct().toList();

    assertThat(references)
        .hasSizeGreaterThan(20)
        .allSatisfy(
            reference ->
                assertThat(contract.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse());
  }

  @Test
  void changingOperations_askForTheHeaderThatForeignPagesCannotSend() throws IOException {
    JsonNode contract = contract();
    for (Map.Entry<String, JsonNode> path : contract.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        boolean asked =
            operation.getValue().at("/parameters").toString().contains("/parameters/XFabwafer");
        boolean changing =
            METHODS.contains(operation.getKey())
                && !operation.getKey().equals("get")
                && !path.getKey().endsWith("/invocations")
                && !path.getKey().startsWith("/v2");
        assertThat(asked).as(operation.getKey() + " " + path.getKey()).isEqualTo(changing);
      }
    }
  }

  private static Map<String, String> documented(JsonNode contract) {
    Map<String, String> documented = new TreeMap<>();
    for (Map.Entry<String, JsonNode> path : contract.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        if (METHODS.contains(operation.getKey())) {
          Set<String> query = new TreeSet<>();
          addQuery(contract, path.getValue().get("parameters"), query);
          addQuery(contract, operation.getValue().get("parameters"), query);
          documented.put(
              operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
              operation.getValue().get("x-role").stringValue() + " " + query);
        }
      }
    }
    return documented;
  }

  private static void addQuery(JsonNode contract, JsonNode parameters, Set<String> query) {
    if (parameters == null) {
      return;
    }
    for (JsonNode parameter : parameters) {
      JsonNode meant =
          parameter.has("$ref")
              ? contract.at(parameter.get("$ref").stringValue().substring(1))
              : parameter;
      if (meant.get("in").stringValue().equals("query")) {
        query.add(meant.get("name").stringValue());
      }
    }
  }

  private static JsonNode contract() throws IOException {
    try (InputStream in = WebServer.class.getResourceAsStream("openapi.yaml")) {
      return new YAMLMapper().readTree(Objects.requireNonNull(in));
    }
  }
}
