package fabwafer.hub.web;

import fabwafer.hub.HubException;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The HTTP server of the hub. Started once; answers until it is closed. */
public final class WebServer implements AutoCloseable {
  /** Threads that answer; a handler that waits for the database holds one. */
  private static final int MAX_THREADS = 64;

  private static final int MIN_THREADS = 4;
  private static final int ACCEPTORS = 1;
  private static final int SELECTORS = 1;

  /** Open connections; what comes above waits to be accepted. */
  private static final int MAX_CONNECTIONS = 1_000;

  /** Bytes of a request's head; cookies and addresses of ours are far below. */
  private static final int MAX_HEAD_BYTES = 8 * 1024;

  /** How long requests under way may take to end when the server stops. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final Javalin javalin;
  private final LiveEvents events;
  private final List<Route> routes;

  private WebServer(Javalin javalin, LiveEvents events, List<Route> routes) {
    this.javalin = javalin;
    this.events = events;
    this.routes = routes;
  }

  /**
   * Starts the server; it answers when this returns.
   *
   * @param events the server's event streams; closed with the server
   * @param features the routes of the features; those of health, metrics, events and the portal are
   *     the server's own
   * @throws HubException if the configuration is out of its limits, or it cannot listen
   */
  public static WebServer start(
      WebConfig config,
      Authentication authentication,
      Health health,
      Metrics metrics,
      LiveEvents events,
      List<RouteSource> features) {
    config.requireUsable();
    events.authenticateWith(authentication);
    metrics.gauge("fabwafer.events.clients", "Open event streams", events::clients);
    List<RouteSource> sources = new ArrayList<>(features);
    sources.add(new OperationRoutes(health, metrics));
    sources.add(events);
    List<Route> routes = Routes.of(sources);
    Answers answers = new Answers(config, routes, metrics);
    Gate gate = new Gate(config, authentication);
    Javalin javalin =
        Javalin.create(
            javalinConfig -> {
              configure(javalinConfig, config);
              routes.forEach(route -> register(javalinConfig, route, gate, config));
              answers.register(javalinConfig);
            });
    javalin.start();
    return new WebServer(javalin, events, routes);
  }

  /** The port it listens on. */
  public int port() {
    return javalin.port();
  }

  /** Every route it answers, its own included. */
  List<Route> routes() {
    return routes;
  }

  /** Ends the event streams, lets requests under way end, and stops; within a few seconds. */
  @Override
  public void close() {
    events.close();
    javalin.stop();
  }

  private static void register(JavalinConfig javalin, Route route, Gate gate, WebConfig config) {
    io.javalin.http.Handler handler = context -> answer(route, context, gate, config);
    javalin.routes.addHttpHandler(
        HandlerType.findOrCreate(route.method().name()), route.path(), handler);
    if (!route.method().changes()) {
      // Else the library would answer HEAD itself, without asking the gate.
      javalin.routes.addHttpHandler(HandlerType.HEAD, route.path(), handler);
    }
  }

  private static void answer(Route route, Context context, Gate gate, WebConfig config)
      throws Exception {
    context.attribute(Answers.ROUTE, route.path());
    Optional<Caller> caller = gate.admit(route, context);
    caller.ifPresent(known -> context.attribute(Answers.USER, known.user()));
    route.handler().handle(new Exchange(context, caller, config.https()));
  }

  private static void configure(JavalinConfig javalin, WebConfig config) {
    javalin.startup.showJavalinBanner = false;
    javalin.startup.showOldJavalinVersionWarning = false;
    javalin.startup.startupWatcherEnabled = false;
    javalin.router.ignoreTrailingSlashes = false;
    javalin.jetty.addConnector((server, http) -> listening(server, http, config));
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS);
    threads.setName("web");
    javalin.jetty.threadPool = threads;
    javalin.jetty.modifyServer(WebServer::bound);
    javalin.jetty.modifyHttpConfiguration(WebServer::bound);
    javalin.jetty.modifyServletContextHandler(
        handler -> handler.setErrorHandler(new UnreadableRequests(config)));
    javalin.jetty.modifyServer(server -> server.setErrorHandler(new UnreadableRequests(config)));
  }

  /** Listens before the server starts, so that a taken port is one clear failure. */
  private static ServerConnector listening(
      Server server, HttpConfiguration http, WebConfig config) {
    ServerConnector connector =
        new ServerConnector(server, ACCEPTORS, SELECTORS, new HttpConnectionFactory(http));
    connector.setHost(config.host());
    connector.setPort(config.port());
    try {
      connector.open();
    } catch (IOException e) {
      throw new HubException(
          "cannot listen on %s port %d: %s; hub.http-port sets another port"
              .formatted(config.host(), config.port(), reason(e)),
          e);
    }
    return connector;
  }

  private static String reason(IOException e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  private static void bound(Server server) {
    server.setStopTimeout(STOP_TIMEOUT.toMillis());
    server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
  }

  private static void bound(HttpConfiguration http) {
    http.setSendServerVersion(false);
    http.setSendDateHeader(true);
    http.setRequestHeaderSize(MAX_HEAD_BYTES);
  }
}
