package fabwafer.hub.device;

import fabwafer.hub.HubException;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.audit.RepeatedEvents;
import fabwafer.hub.certificate.CertificateAuthority;
import fabwafer.hub.certificate.CertificateRequest;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.JsonBody;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import fabwafer.protocol.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The devices for admins, and what a device itself asks to become one. */
public final class DeviceCredentialRoutes implements RouteSource {
  private static final String CREDENTIALS = "/api/v1/devices/credentials";
  private static final String ENROLMENT = "/api/v1/enrolment";
  private static final int MAX_TOKEN_CHARS = 200;
  private static final int MAX_WORD_CHARS = 20;

  private final Devices devices;
  private final DeviceGate gate;
  private final CertificateAuthority authority;
  private final RepeatedEvents strangers;
  private final Supplier<Optional<Integer>> brokerTlsPort;
  private final Supplier<String> modelKey;
  private final InstantSource clock;

  /**
   * Routes.
   *
   * @param brokerTlsPort where a device that enrolled is to connect, where the hub's own broker
   *     takes devices by TLS
   * @param modelKey the key that signs models, PEM
   */
  public DeviceCredentialRoutes(
      Devices devices,
      DeviceGate gate,
      CertificateAuthority authority,
      RepeatedEvents strangers,
      Supplier<Optional<Integer>> brokerTlsPort,
      Supplier<String> modelKey,
      InstantSource clock) {
    this.devices = devices;
    this.gate = gate;
    this.authority = authority;
    this.strangers = strangers;
    this.brokerTlsPort = brokerTlsPort;
    this.modelKey = modelKey;
    this.clock = clock;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get(CREDENTIALS, Access.ADMIN, this::list));
    routes.add(Route.post(CREDENTIALS, Access.ADMIN, this::add));
    routes.add(Route.post(CREDENTIALS + "/{device}/rotation", Access.ADMIN, this::rotate));
    routes.add(Route.post(CREDENTIALS + "/{device}/revocation", Access.ADMIN, this::revoke));
    routes.add(Route.post(ENROLMENT, Access.OPEN, this::enrol));
    routes.add(Route.post(ENROLMENT + "/renewal", Access.OPEN, this::renew));
    routes.add(Route.get("/ca.pem", Access.OPEN, this::authority));
  }

  private void list(Exchange exchange) {
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    devices.list().forEach(device -> items.add(json(device)));
    exchange.json(answer);
  }

  private void add(Exchange exchange) throws IOException {
    JsonBody body = exchange.jsonBody("device", "fab", "cameras", "credential", "tokenMinutes");
    Devices.WithSecret added =
        asked(
            () ->
                devices.add(
                    Actor.of(exchange),
                    body.text("device", Limits.MAX_NAME_CHARS),
                    body.text("fab", Limits.MAX_NAME_CHARS),
                    body.texts("cameras", Devices.MAX_CAMERAS, Limits.MAX_NAME_CHARS),
                    kind(body).orElse(Device.Kind.CERTIFICATE),
                    lifetime(body)));
    gate.refresh();
    exchange.json(201, json(added));
  }

  private void rotate(Exchange exchange) throws IOException {
    JsonBody body = exchange.jsonBody("credential", "tokenMinutes");
    Devices.WithSecret rotated =
        asked(
            () ->
                devices.rotate(
                    Actor.of(exchange),
                    exchange.parameters().textInPath("device"),
                    kind(body),
                    lifetime(body)));
    gate.refresh();
    exchange.json(json(rotated));
  }

  private void revoke(Exchange exchange) {
    Device revoked =
        asked(() -> devices.revoke(Actor.of(exchange), exchange.parameters().textInPath("device")));
    gate.refresh();
    exchange.json(json(revoked));
  }

  private void enrol(Exchange exchange) throws IOException {
    JsonBody body = exchange.jsonBody("token", "request");
    String token = body.text("token", MAX_TOKEN_CHARS);
    String request = body.text("request", CertificateRequest.MAX_CHARS);
    issue(
        exchange,
        () -> {
          devices.requireToken(token);
          return devices.enrol(token, parsed(request), exchange.address());
        });
  }

  private void renew(Exchange exchange) throws IOException {
    JsonBody body = exchange.jsonBody("request");
    String request = body.text("request", CertificateRequest.MAX_CHARS);
    issue(exchange, () -> devices.renew(parsed(request), exchange.address()));
  }

  private void issue(Exchange exchange, Supplier<Devices.Enrolled> work) {
    Devices.Enrolled enrolled;
    try {
      enrolled = asked(work);
    } catch (ProblemException e) {
      strangers.note(
          Actor.anyone(exchange.address()),
          "device.enrolment-refused",
          "broker",
          AuditLog.detail().put("reason", String.valueOf(e.getMessage())));
      throw e;
    }
    gate.refresh();
    Device device = enrolled.device();
    ObjectNode answer =
        Json.object()
            .put("device", device.name())
            .put("fab", device.fab())
            .put("certificate", CertificateAuthority.pem(enrolled.certificate()))
            .put("authority", authority.pem())
            .put("modelKey", modelKey.get());
    device.cameras().forEach(answer.putArray("cameras")::add);
    brokerTlsPort
        .get()
        .ifPresentOrElse(
            port -> answer.put("brokerTlsPort", port), () -> answer.putNull("brokerTlsPort"));
    exchange.json(answer);
  }

  private void authority(Exchange exchange) {
    exchange.header("Content-Disposition", "attachment; filename=\"ca.pem\"");
    exchange.bytes("application/x-pem-file", authority.pem().getBytes(StandardCharsets.US_ASCII));
  }

  private static CertificateRequest parsed(String request) {
    try {
      return CertificateRequest.parse(request);
    } catch (HubException e) {
      throw ProblemException.field("request", String.valueOf(e.getMessage()));
    }
  }

  private static Optional<Device.Kind> kind(JsonBody body) {
    return body.optionalText("credential", MAX_WORD_CHARS)
        .map(
            word ->
                Arrays.stream(Device.Kind.values())
                    .filter(kind -> kind.word().equals(word))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            ProblemException.field(
                                "credential", "credential must be certificate or password")));
  }

  private static Duration lifetime(JsonBody body) {
    return Duration.ofMinutes(
        body.whole(
            "tokenMinutes",
            Devices.TOKEN_LIFETIME.toMinutes(),
            1,
            Devices.MAX_TOKEN_LIFETIME.toMinutes()));
  }

  private static <T> T asked(Supplier<T> work) {
    try {
      return work.get();
    } catch (DeviceException e) {
      String message = String.valueOf(e.getMessage());
      throw switch (e.reason()) {
        case BAD_VALUE -> new ProblemException(Problem.BAD_BODY, message);
        case NOT_FOUND -> ProblemException.notFound(message);
        case CONFLICT -> new ProblemException(Problem.CONFLICT, message);
        case NOT_ALLOWED -> new ProblemException(Problem.FORBIDDEN, message);
      };
    }
  }

  private ObjectNode json(Devices.WithSecret fresh) {
    boolean password = fresh.device().kind() == Device.Kind.PASSWORD;
    return json(fresh.device()).put(password ? "password" : "token", fresh.secret());
  }

  private ObjectNode json(Device device) {
    ObjectNode json =
        Json.object()
            .put("device", device.name())
            .put("fab", device.fab())
            .put("credential", device.kind().word())
            .put("state", device.state(clock.millis()).word())
            .put("createdBy", device.createdBy())
            .put("createdAt", time(device.createdMillis()))
            .put("certificateEndsAt", time(device.certificateEndsMillis()))
            .put("tokenEndsAt", time(device.tokenEndsMillis()))
            .put("lastSeenAt", time(device.lastSeenMillis()))
            .put("lastAddress", device.lastAddress().orElse(null));
    List<String> cameras = device.cameras();
    cameras.forEach(json.putArray("cameras")::add);
    return json;
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }

  private static @org.jspecify.annotations.Nullable String time(Optional<Long> millis) {
    return millis.map(DeviceCredentialRoutes::time).orElse(null);
  }
}
