package fabwafer.hub.web;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.router.EndpointNotFound;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every answer has in common: security headers, problem details, the portal for addresses that
 * are no route, a line in the log, a count in the metrics.
 */
final class Answers {
  /** Context attribute: the route's path, for log and metrics. */
  static final String ROUTE = "fabwafer.route";

  /** Context attribute: the account that asks. */
  static final String USER = "fabwafer.user";

  private static final Logger LOG = LoggerFactory.getLogger("fabwafer.hub.web.requests");
  private static final String NO_ROUTE = "none";
  private static final String PORTAL = "portal";
  private static final double NANOS_PER_MILLI = 1e6;

  private final SecurityHeaders securityHeaders;
  private final List<Route> routes;
  private final Metrics metrics;
  private final PortalFiles portal = new PortalFiles();

  Answers(WebConfig config, List<Route> routes, Metrics metrics) {
    this.securityHeaders = new SecurityHeaders(config);
    this.routes = routes;
    this.metrics = metrics;
  }

  void register(JavalinConfig javalin) {
    javalin.routes.before(
        context -> securityHeaders.forEach((name, value) -> context.header(name, value)));
    javalin.routes.exception(ProblemException.class, Answers::answer);
    javalin.routes.exception(EndpointNotFound.class, (e, context) -> noRoute(context));
    javalin.routes.exception(
        HttpResponseException.class, (e, context) -> answer(unreadable(e), context));
    javalin.routes.exception(EOFException.class, (e, context) -> clientGone(e, context));
    javalin.routes.exception(Exception.class, Answers::failed);
    javalin.router.javaLangErrorHandler(
        (response, error) -> {
          LOG.error("a request failed", error);
          response.setStatus(Problem.FAILED.status());
        });
    javalin.requestLogger.http(this::log);
  }

  private void noRoute(Context context) {
    List<String> methods =
        routes.stream()
            .filter(route -> route.matches(context.path()))
            .map(route -> route.method().changes() ? route.method().name() : "GET, HEAD")
            .toList();
    if (!methods.isEmpty()) {
      String allowed = String.join(", ", methods);
      context.header("Allow", allowed);
      answer(
          new ProblemException(
              Problem.METHOD_NOT_ALLOWED,
              "%s may be called with %s".formatted(Texts.shown(context.path()), allowed)),
          context);
      return;
    }
    String method = context.req().getMethod();
    try {
      if ((method.equals("GET") || method.equals("HEAD")) && portal.answer(context)) {
        context.attribute(ROUTE, PORTAL);
        return;
      }
    } catch (IOException e) {
      failed(e, context);
      return;
    }
    answer(
        ProblemException.notFound("there is nothing at " + Texts.shown(context.path())), context);
  }

  static void answer(ProblemException e, Context context) {
    e.retryAfter()
        .ifPresent(
            wait ->
                context.header(
                    "Retry-After", String.valueOf(Math.max(1, wait.plusMillis(999).toSeconds()))));
    context
        .status(e.problem().status())
        .contentType(ProblemJson.CONTENT_TYPE)
        .header("Cache-Control", "no-store")
        .result(ProblemJson.bytes(e));
  }

  private static void failed(Exception e, Context context) {
    LOG.error("{} {} failed", context.req().getMethod(), Texts.plain(context.path()), e);
    answer(
        new ProblemException(
            Problem.FAILED, "the hub failed to answer; its log says why, at this time"),
        context);
  }

  private static void clientGone(IOException e, Context context) {
    LOG.debug("the client of {} is gone: {}", Texts.plain(context.path()), e.toString());
    context.status(Problem.BAD_REQUEST.status());
  }

  /** What the library itself found wrong with a request. */
  private static ProblemException unreadable(HttpResponseException e) {
    Problem problem =
        switch (e.getStatus()) {
          case 404 -> Problem.NOT_FOUND;
          case 405 -> Problem.METHOD_NOT_ALLOWED;
          case 413 -> Problem.BODY_TOO_LARGE;
          case 415 -> Problem.UNSUPPORTED_CONTENT_TYPE;
          default -> e.getStatus() < 500 ? Problem.BAD_REQUEST : Problem.FAILED;
        };
    return new ProblemException(problem, Texts.plain(String.valueOf(e.getMessage())));
  }

  private void log(Context context, Float tookMillis) {
    String method = context.req().getMethod();
    @Nullable String route = context.attribute(ROUTE);
    @Nullable String user = context.attribute(USER);
    int status = context.statusCode();
    metrics.answered(
        routes.stream().anyMatch(known -> known.method().name().equals(method)) ? method : "other",
        route == null ? NO_ROUTE : route,
        status,
        Duration.ofNanos((long) (tookMillis * NANOS_PER_MILLI)));
    String line = "{} {} {} by {} from {}, {} ms";
    Object[] words = {
      status,
      method,
      Texts.plain(context.path()),
      user == null ? "nobody" : user,
      Exchange.addressOf(context),
      tookMillis.intValue()
    };
    if (status >= 500 && status != 503) {
      LOG.warn(line, words);
    } else if (!method.equals("GET") && !method.equals("HEAD")) {
      LOG.info(line, words);
    } else {
      LOG.debug(line, words);
    }
  }
}
