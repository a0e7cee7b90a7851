package fabwafer.hub.web;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's stream: a bounded queue, and a virtual thread that writes it out. */
final class EventStream {
  /**
   * Events that may wait for one client: a thousand kept for its return, and as many that happen
   * while it reads them.
   */
  static final int MAX_WAITING = 2 * LiveEvents.KEPT_EVENTS;

  private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
  private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.UTF_8);

  private final Context context;
  private final Duration heartbeat;
  private final BooleanSupplier sessionLasts;
  private final Consumer<EventStream> whenOver;
  private final BlockingQueue<LiveEvents.Event> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
  private final Thread writer;
  private volatile boolean ended;

  EventStream(
      Context context,
      Duration heartbeat,
      BooleanSupplier sessionLasts,
      Consumer<EventStream> whenOver) {
    this.context = context;
    this.heartbeat = heartbeat;
    this.sessionLasts = sessionLasts;
    this.whenOver = whenOver;
    this.writer = Thread.ofVirtual().name("event-stream").unstarted(this::write);
  }

  /** Sends the head of the answer and keeps the request open. */
  void start() {
    context.res().setContentType("text/event-stream;charset=utf-8");
    context.res().setHeader("Cache-Control", "no-store");
    context.res().setHeader("X-Accel-Buffering", "no");
    if (context.req().getMethod().equals("HEAD")) {
      whenOver.accept(this);
      return;
    }
    context.future(
        () -> {
          writer.start();
          return over;
        });
  }

  /** Queues an event; a client whose queue is full is cut off. */
  void offer(LiveEvents.Event event) {
    if (!ended && !waiting.offer(event)) {
      LOG.info("an event client reads too slowly: {} events wait, it is cut off", MAX_WAITING);
      end();
    }
  }

  /** Ends the stream, also while a write waits for the client. */
  void end() {
    ended = true;
    writer.interrupt();
  }

  private void write() {
    try {
      OutputStream out = context.res().getOutputStream();
      out.write(COMMENT);
      out.flush();
      long lookedAtSession = System.nanoTime();
      while (!ended) {
        LiveEvents.Event event = waiting.poll(heartbeat.toNanos(), TimeUnit.NANOSECONDS);
        if (System.nanoTime() - lookedAtSession >= heartbeat.toNanos()) {
          if (!sessionLasts.getAsBoolean()) {
            break;
          }
          lookedAtSession = System.nanoTime();
        }
        if (event == null) {
          out.write(COMMENT);
        } else {
          writeAll(out, event);
        }
        out.flush();
      }
    } catch (IOException e) {
      LOG.debug("an event client is gone: {}", e.toString());
    } catch (InterruptedException e) {
      LOG.debug("an event stream is ended");
    } finally {
      ended = true;
      whenOver.accept(this);
      over.complete(null);
    }
  }

  private void writeAll(OutputStream out, LiveEvents.Event first) throws IOException {
    LiveEvents.Event event = first;
    while (event != null) {
      out.write(event.text().getBytes(StandardCharsets.UTF_8));
      event = waiting.poll();
    }
  }
}
