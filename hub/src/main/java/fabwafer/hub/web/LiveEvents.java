package fabwafer.hub.web;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happens, told to every browser that listens ({@code GET /api/v1/events}). Publishing never
 * waits: a client that does not read is cut off, and catches up when it comes back. Safe on any
 * thread.
 */
public final class LiveEvents implements RouteSource, AutoCloseable {
  /** Most streams at a time; each holds a connection and a queue. */
  static final int MAX_CLIENTS = 200;

  /** Events that are kept for a client that comes back. */
  static final int KEPT_EVENTS = 1_000;

  /** Largest event; of a larger one clients are told to read the lists again. */
  private static final int MAX_EVENT_CHARS = 64 * 1024;

  /**
   * How long a stream is silent at most: shorter than the idle time-outs of the server and of
   * common proxies (30 to 60 s). As often the session is looked at.
   */
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private static final int RUN_BYTES = 6;

  /** What a client is sent when it missed something. */
  private static final String REFETCH = "refetch";

  private final Duration heartbeat;
  private final Object lock = new Object();
  private final ArrayDeque<Event> kept = new ArrayDeque<>(KEPT_EVENTS);
  private final Set<EventStream> clients = new HashSet<>();
  // Tells a client's place in this run from one in an earlier run of the hub.
  private final String run;
  private long count;
  private boolean closed;
  private volatile Optional<Authentication> authentication = Optional.empty();

  public LiveEvents() {
    this(HEARTBEAT);
  }

  LiveEvents(Duration heartbeat) {
    this.heartbeat = heartbeat;
    byte[] random = new byte[RUN_BYTES];
    new SecureRandom().nextBytes(random);
    run = HexFormat.of().formatHex(random);
  }

  /** An event as it is sent. */
  record Event(String id, String kind, String json) {
    String text() {
      return "id: " + id + "\nevent: " + kind + "\ndata: " + json + "\n\n";
    }
  }

  /**
   * Tells every client; returns at once.
   *
   * @param kind the event's name, one of those in openapi.yaml
   */
  public void publish(String kind, ObjectNode json) {
    String text = Json.MAPPER.writeValueAsString(json);
    synchronized (lock) {
      if (closed) {
        return;
      }
      count++;
      String id = run + "-" + count;
      Event event =
          text.length() <= MAX_EVENT_CHARS
              ? new Event(id, kind, text)
              : new Event(id, REFETCH, "{}");
      if (kept.size() == KEPT_EVENTS) {
        kept.removeFirst();
      }
      kept.addLast(event);
      clients.forEach(client -> client.offer(event));
    }
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get("/api/v1/events", Access.VIEWER, this::stream));
  }

  /** How many clients listen. */
  public int clients() {
    synchronized (lock) {
      return clients.size();
    }
  }

  /** Ends every stream; what is published later goes nowhere. */
  @Override
  public void close() {
    List<EventStream> open;
    synchronized (lock) {
      closed = true;
      open = new ArrayList<>(clients);
    }
    open.forEach(EventStream::end);
  }

  void authenticateWith(Authentication given) {
    authentication = Optional.of(given);
  }

  private void stream(Exchange exchange) {
    Authentication sessions = authentication.orElseThrow();
    EventStream stream =
        new EventStream(exchange.context(), heartbeat, lasting(sessions, exchange), this::forget);
    synchronized (lock) {
      if (closed || clients.size() >= MAX_CLIENTS) {
        throw new ProblemException(
            Problem.TOO_MANY_CLIENTS,
            "%d event streams are open, of %d".formatted(clients.size(), MAX_CLIENTS));
      }
      missedBy(exchange).forEach(stream::offer);
      clients.add(stream);
    }
    stream.start();
  }

  /** Whether what admitted a client still would. */
  private static BooleanSupplier lasting(Authentication sessions, Exchange exchange) {
    if (exchange.caller().token().isPresent()) {
      String token = exchange.bearer().orElseThrow();
      String address = exchange.address();
      return () -> sessions.token(token, address).isPresent();
    }
    String session = exchange.session().orElseThrow();
    return () -> sessions.peek(session).isPresent();
  }

  /** What a client that comes back has not had; one event, refetch, where that is not known. */
  private List<Event> missedBy(Exchange exchange) {
    String last = exchange.context().header("Last-Event-ID");
    if (last == null) {
      return List.of();
    }
    long seen = placeOf(last);
    long oldest = count - kept.size();
    if (seen < oldest || seen > count) {
      return List.of(new Event(run + "-" + count, REFETCH, "{}"));
    }
    return kept.stream().skip(seen - oldest).toList();
  }

  private long placeOf(String id) {
    if (id.startsWith(run + "-")) {
      try {
        return Long.parseLong(id.substring(run.length() + 1));
      } catch (NumberFormatException e) {
        return -1;
      }
    }
    return -1;
  }

  private void forget(EventStream stream) {
    synchronized (lock) {
      clients.remove(stream);
    }
  }
}
