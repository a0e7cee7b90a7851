package fabwafer.agent;

import fabwafer.agent.BrokerConnection.Answer;
import fabwafer.agent.BrokerConnection.ConnectionException;
import fabwafer.agent.BrokerConnection.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes one camera's spool, oldest first, and its status. An inspection leaves the spool when
 * the broker acknowledged both its messages. The prediction is sent when the image is acknowledged:
 * nobody ever hears of a wafer whose image the broker refused.
 *
 * <p>What fails: the broker is away, then it is tried again for ever, ever less often; it refuses,
 * then everything waits a while (see {@link Refusals}); one inspection is refused where others are
 * taken, then it is parked in the spool's {@code refused/}.
 *
 * <p>One thread runs it; callbacks of the MQTT client only leave a note and ring.
 */
final class Publisher {
  private static final Duration FIRST_RECONNECT = Duration.ofMillis(200);
  private static final Duration LONGEST_RECONNECT = Duration.ofSeconds(10);

  /** A connection that lasted so long was a good one. */
  private static final long GOOD_CONNECTION_NANOS = Duration.ofSeconds(10).toNanos();

  /** How long a clean stop waits for answers to what is on its way, and to the goodbye. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private static final Duration SPOOL_RETRY = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

  /** News from the MQTT client, left for the publisher's thread. */
  private sealed interface News {
    /** An answer to one of an inspection's messages. */
    record Answered(int connection, long number, Answer answer) implements News {}

    record StatusAnswered(int connection, Answer answer) implements News {}

    record Disconnected(String why) implements News {}
  }

  private final Spool spool;
  private final StatusBoard status;
  private final Problems problems;
  private final Runnable onRoom;
  private final BrokerConnection connection;
  private final Bell bell = new Bell();
  private final Queue<News> news = new ConcurrentLinkedQueue<>();
  private final SendWindow onTheirWay = new SendWindow();
  private final Refusals refusals = new Refusals();
  private final Backoff reconnects = new Backoff(FIRST_RECONNECT, LONGEST_RECONNECT);
  private boolean connected;
  private int connections;
  private long connectedAtNanos;
  private long reconnectAtNanos = System.nanoTime();
  private long spoolAgainAtNanos = System.nanoTime();
  private final HeldInspections held;
  private boolean acceptedOnThisConnection;
  private volatile boolean delivering;
  private volatile boolean closing;

  /**
   * @param resend how long what is acknowledged stays in the spool, to be sent again should the
   *     connection be lost meanwhile
   * @param connect makes the connection, given what to tell when it ends
   * @param onRoom called on the publisher's thread when inspections left the spool
   */
  Publisher(
      Spool spool,
      StatusBoard status,
      Problems problems,
      Duration resend,
      Function<Consumer<String>, BrokerConnection> connect,
      Runnable onRoom) {
    this.spool = spool;
    this.status = status;
    this.problems = problems;
    this.held = new HeldInspections(resend);
    this.onRoom = onRoom;
    this.connection = connect.apply(why -> tell(new News.Disconnected(why)));
  }

  /** Whether the broker is there and takes inspections. */
  boolean isDelivering() {
    return delivering;
  }

  /** The spool has something new. */
  void wake() {
    bell.ring();
  }

  /** Ends {@link #run}: waits for what is on its way, says offline, disconnects. */
  void close() {
    closing = true;
    bell.ring();
  }

  /** Publishes until closed or interrupted. */
  void run() {
    try {
      while (!closing) {
        bell.await(guardedPass());
      }
      sayGoodbye();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A lane that died would be a camera that nobody hears of. */
  private long guardedPass() throws InterruptedException {
    try {
      return pass();
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.error("unexpected, going on", e);
      problems.report("publisher", "publisher: unexpected: " + e);
      return SPOOL_RETRY.toNanos();
    }
  }

  /** Does what can be done now; returns how long to wait then, in nanoseconds. */
  private long pass() throws InterruptedException {
    hearNews();
    long now = System.nanoTime();
    delivering = connected && refusals.isQuiet();
    if (!connected) {
      if (reconnectAtNanos - now > 0) {
        return reconnectAtNanos - now;
      }
      connect();
      return 0;
    }
    sendStatusIfDue();
    fillWindow();
    long wait = Math.min(status.untilDueNanos(), refusals.untilDueNanos());
    wait = Math.min(wait, finishHeld());
    long spoolWait = spoolAgainAtNanos - System.nanoTime();
    return spoolWait > 0 ? Math.min(wait, spoolWait) : wait;
  }

  private void connect() throws InterruptedException {
    connections++;
    try {
      connection.connect(status.lastWill());
      connected = true;
      connectedAtNanos = System.nanoTime();
      acceptedOnThisConnection = false;
      problems.clear("broker");
      status.markDue();
      refusals.newConnection();
    } catch (ConnectionException e) {
      problems.report("broker", e.getMessage() + "; inspections wait in the spool");
      reconnectAtNanos = System.nanoTime() + reconnects.nextNanos();
    }
  }

  private void hearNews() {
    List<Spool.Item> acknowledged = new ArrayList<>();
    for (News heard = news.poll(); heard != null; heard = news.poll()) {
      switch (heard) {
        case News.Answered(int on, long number, Answer answer) when on == connections ->
            answered(number, answer, acknowledged);
        case News.StatusAnswered(int on, Answer answer) when on == connections ->
            statusAnswered(answer);
        case News.Disconnected(String why) -> disconnected(why);
        // Late news of an earlier connection: what it was about is sent again on this one.
        case News.Answered _, News.StatusAnswered _ -> {}
      }
    }
    if (acknowledged.isEmpty()) {
      return;
    }
    if (!held.areHeld()) {
      spool.finish(acknowledged);
      onRoom.run();
    } else if (connected) {
      spool.hold(acknowledged);
      onRoom.run();
      held.add(acknowledged);
    }
    // Else the connection was lost in the same breath: they wait still, and are sent again.
  }

  /** Lets go of what was held long enough; returns how long until the next, in nanoseconds. */
  private long finishHeld() {
    List<Spool.Item> due = held.takeDue();
    if (!due.isEmpty()) {
      spool.finish(due);
      onRoom.run();
    }
    return held.untilDueNanos();
  }

  private void answered(long number, Answer answer, List<Spool.Item> acknowledged) {
    Optional<SendWindow.Sent> known = onTheirWay.of(number);
    if (known.isEmpty()) {
      return;
    }
    SendWindow.Sent inspection = known.get();
    Spool.Item item = inspection.item();
    if (answer instanceof Answer.Accepted && inspection.acceptImage()) {
      publish(item, inspection.prediction());
      return;
    }
    onTheirWay.remove(number);
    switch (answer) {
      case Answer.Accepted() -> {
        acknowledged.add(item);
        accepted(number);
      }
      case Answer.RefusedForGood(String reason) -> park(item, reason);
      case Answer.RefusedNow(String reason) -> {
        problems.report("refusal", "the broker refuses inspections: " + reason);
        if (refusals.refused(number)) {
          park(item, reason + ", repeatedly, while it takes others");
        }
      }
      // Sent again, most likely on the next connection.
      case Answer.Unanswered() -> spoolAgainAtNanos = System.nanoTime() + FIRST_RECONNECT.toNanos();
    }
  }

  private void accepted(long number) {
    acceptedOnThisConnection = true;
    reconnects.reset();
    refusals.accepted(number);
    if (refusals.isQuiet()) {
      problems.clear("refusal");
    }
  }

  private void statusAnswered(Answer answer) {
    switch (answer) {
      case Answer.Accepted() -> problems.clear("status");
      case Answer.RefusedNow(String reason) -> statusRefused(reason);
      case Answer.RefusedForGood(String reason) -> statusRefused(reason);
      case Answer.Unanswered() -> status.markDue();
    }
  }

  private void statusRefused(String reason) {
    problems.report("status", "the broker refuses the status: " + reason);
  }

  private void disconnected(String why) {
    if (!connected) {
      return;
    }
    connected = false;
    delivering = false;
    held.clear();
    spool.sendAgain();
    if (acceptedOnThisConnection || System.nanoTime() - connectedAtNanos > GOOD_CONNECTION_NANOS) {
      reconnects.reset();
    } else if (!onTheirWay.isEmpty()) {
      suspectPoison();
    }
    onTheirWay.clear();
    if (!closing) {
      // Where broker and agent end together, as in the demo, there is nobody left to be alarmed.
      problems.report("broker", "broker: " + why + "; inspections wait in the spool");
    }
    reconnectAtNanos = System.nanoTime() + reconnects.nextNanos();
  }

  /** The broker may have hung up because of what it was sent: then not all may wait behind it. */
  private void suspectPoison() {
    if (onTheirWay.size() > 1) {
      refusals.fruitlessConnection();
      return;
    }
    Spool.Item alone = onTheirWay.any().item();
    if (refusals.refused(alone.number())) {
      park(alone, "the broker ends the connection whenever it is sent, while it takes others");
    }
  }

  private void park(Spool.Item item, String reason) {
    refusals.forget(item.number());
    try {
      spool.refuse(item, "the broker refused it: " + reason);
      problems.report(
          "parked", "the broker refused %s for good: %s".formatted(item.file(), reason));
    } catch (IOException e) {
      problems.report(
          "parked", "%s cannot be set aside: %s".formatted(item.file(), AgentException.told(e)));
      spoolAgainAtNanos = System.nanoTime() + SPOOL_RETRY.toNanos();
    }
  }

  private void sendStatusIfDue() {
    int on = connections;
    status
        .takeIfDue()
        .ifPresent(
            message ->
                connection.publish(message, answer -> tell(new News.StatusAnswered(on, answer))));
  }

  private void fillWindow() {
    int window = refusals.window(Math.min(connection.receiveMaximum(), SendWindow.INSPECTIONS));
    long after = -1;
    while (onTheirWay.size() < window && spoolAgainAtNanos - System.nanoTime() <= 0) {
      List<Spool.Item> next = spool.waitingAfter(after, SendWindow.INSPECTIONS);
      if (next.isEmpty()) {
        return;
      }
      for (Spool.Item item : next) {
        after = item.number();
        if (onTheirWay.size() >= window || !onTheirWay.fits(item)) {
          return;
        }
        if (onTheirWay.of(after).isEmpty() && refusals.mayTry(after)) {
          send(item);
        }
      }
    }
  }

  private void send(Spool.Item item) {
    Optional<Inspection> inspection;
    try {
      inspection = spool.read(item);
      problems.clear("spool read");
    } catch (IOException e) {
      problems.report(
          "spool read", "%s cannot be read: %s".formatted(item.file(), AgentException.told(e)));
      spoolAgainAtNanos = System.nanoTime() + SPOOL_RETRY.toNanos();
      return;
    }
    if (inspection.isEmpty()) {
      problems.report("damaged", "a spool file was damaged or removed: " + item.file());
      return;
    }
    var image = inspection.get().imageMessage();
    var prediction = inspection.get().prediction();
    onTheirWay.add(item, new Message(prediction.topic().toString(), prediction.toPayload(), false));
    publish(item, new Message(image.topic().toString(), image.toPayload(), false));
  }

  private void publish(Spool.Item item, Message message) {
    int on = connections;
    connection.publish(message, answer -> tell(new News.Answered(on, item.number(), answer)));
  }

  private void sayGoodbye() throws InterruptedException {
    long until = System.nanoTime() + FAREWELL.toNanos();
    while (connected && !onTheirWay.isEmpty() && until - System.nanoTime() > 0) {
      bell.await(until - System.nanoTime());
      hearNews();
    }
    if (connected) {
      CountDownLatch told = new CountDownLatch(1);
      connection.publish(status.offline(), _ -> told.countDown());
      boolean _ = told.await(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
      connection.disconnect(FAREWELL);
    }
    hearNews();
  }

  private void tell(News heard) {
    news.add(heard);
    bell.ring();
  }
}
