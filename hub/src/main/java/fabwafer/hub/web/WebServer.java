package fabwafer.hub.web;

import fabwafer.hub.HubException;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server of the hub. Started once; answers until it is closed. */
public final class WebServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

  /**
   * Threads that accept and select. Handlers run on virtual threads, so that clients who send
   * slowly hold none of these: as many requests at a time as there may be connections.
   */
  private static final int MAX_THREADS = 64;

  private static final int MIN_THREADS = 4;

  /** Open connections; what comes above waits to be accepted. */
  private static final int MAX_CONNECTIONS = 1_000;

  /** Bytes of a request's head; cookies and addresses of ours are far below. */
  private static final int MAX_HEAD_BYTES = 8 * 1024;

  /** How long requests under way may take to end when the server stops. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final Javalin javalin;
  private final LiveEvents events;
  private final List<Route> routes;
  private final Ports ports;

  private WebServer(Javalin javalin, LiveEvents events, List<Route> routes, Ports ports) {
    this.javalin = javalin;
    this.events = events;
    this.routes = routes;
    this.ports = ports;
  }

  /** What listens; known once the server is being started. */
  private static final class Ports {
    private volatile @Nullable ServerConnector http;
    private volatile @Nullable ServerConnector https;
  }

  /**
   * Starts the server; it answers when this returns.
   *
   * @param identity key and certificate of the HTTPS port, where the configuration has one
   * @param events the server's event streams; closed with the server
   * @param features the routes of the features; those of health, metrics, events and the portal are
   *     the server's own
   * @throws HubException if the configuration is out of its limits, or it cannot listen
   */
  public static WebServer start(
      WebConfig config,
      Optional<TlsIdentity> identity,
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
    TrustedProxies proxies = new TrustedProxies(config.trustedProxies());
    Ports ports = new Ports();
    Javalin javalin =
        Javalin.create(
            javalinConfig -> {
              configure(javalinConfig, config, identity, ports);
              ToHttps toHttps = new ToHttps(config, () -> port(ports.https));
              javalinConfig.routes.before(context -> Exchange.place(context, proxies));
              javalinConfig.routes.before(toHttps::redirect);
              routes.forEach(route -> register(javalinConfig, route, gate, config));
              answers.register(javalinConfig);
            });
    javalin.start();
    if (config.isOpen()) {
      LOG.warn(
          "plain HTTP is open on {}: everybody on the network can read passwords and wafers along;"
              + " hub.https-port closes it",
          config.host());
    }
    return new WebServer(javalin, events, routes, ports);
  }

  /** The plain port it listens on. */
  public int port() {
    return port(ports.http);
  }

  /** The HTTPS port it listens on, where there is one. */
  public Optional<Integer> httpsPort() {
    return Optional.ofNullable(ports.https).map(ServerConnector::getLocalPort);
  }

  private static int port(@Nullable ServerConnector connector) {
    return Optional.ofNullable(connector).map(ServerConnector::getLocalPort).orElse(0);
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
    route.handler().handle(new Exchange(context, caller, config.isSecure()));
  }

  private static void configure(
      JavalinConfig javalin, WebConfig config, Optional<TlsIdentity> identity, Ports ports) {
    javalin.startup.showJavalinBanner = false;
    javalin.startup.showOldJavalinVersionWarning = false;
    javalin.startup.startupWatcherEnabled = false;
    javalin.router.ignoreTrailingSlashes = false;
    javalin.jetty.addConnector(
        (server, http) -> {
          ServerConnector connector = Listeners.http(server, http, config);
          ports.http = connector;
          return connector;
        });
    config
        .https()
        .ifPresent(
            https ->
                javalin.jetty.addConnector(
                    (server, http) -> {
                      ServerConnector connector =
                          Listeners.https(server, http, config, https, identity.orElseThrow());
                      ports.https = connector;
                      return connector;
                    }));
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS);
    threads.setName("web");
    threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("web-"));
    javalin.jetty.threadPool = threads;
    javalin.jetty.modifyServer(WebServer::bound);
    javalin.jetty.modifyHttpConfiguration(WebServer::bound);
    javalin.jetty.modifyServletContextHandler(
        handler -> handler.setErrorHandler(new UnreadableRequests(config)));
    javalin.jetty.modifyServer(server -> server.setErrorHandler(new UnreadableRequests(config)));
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
