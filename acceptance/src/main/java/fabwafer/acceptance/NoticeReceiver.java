package fabwafer.acceptance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a fab's own system does with alarm notices: takes them by webhook, and each {@code
 * Idempotency-Key} once.
 */
public final class NoticeReceiver implements AutoCloseable {
  private static final String PATH = "/alarms";

  private final HttpServer server;
  private final Map<Long, Set<String>> keysByAlarm = new ConcurrentHashMap<>();

  private NoticeReceiver(HttpServer server) {
    this.server = server;
  }

  /** Starts to listen on a free port of this machine. */
  public static NoticeReceiver start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      NoticeReceiver receiver = new NoticeReceiver(server);
      server.createContext(PATH, receiver::take);
      server.start();
      return receiver;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The address to be posted to. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + PATH;
  }

  /** Alarm → the keys that its notices came under; one each, as it should be. */
  public Map<Long, Set<String>> keysByAlarm() {
    return keysByAlarm;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      long alarm = JsonMapper.shared().readTree(exchange.getRequestBody()).get("alarm").longValue();
      keysByAlarm
          .computeIfAbsent(alarm, _ -> new ConcurrentSkipListSet<>())
          .add(String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key")));
      exchange.sendResponseHeaders(204, -1);
    }
  }
}
