package fabwafer.hub.web;

import tools.jackson.databind.node.ObjectNode;

/** Problem details as RFC 9457 writes them. */
final class ProblemJson {
  static final String CONTENT_TYPE = "application/problem+json";

  private ProblemJson() {}

  static byte[] bytes(ProblemException e) {
    ObjectNode json =
        Json.object()
            .put("type", e.problem().type())
            .put("title", e.problem().title())
            .put("status", e.problem().status())
            .put("detail", e.detail());
    e.parameter().ifPresent(parameter -> json.put("parameter", parameter));
    return Json.MAPPER.writeValueAsBytes(json);
  }
}
