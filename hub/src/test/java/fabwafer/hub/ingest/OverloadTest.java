package fabwafer.hub.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fabwafer.hub.broker.BrokerConfig;
import fabwafer.hub.broker.TestBroker;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.ImageMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Senders that are faster than the hub stores. A test holds the database's one writer, so that
 * nothing is stored for as long as it wants.
 */
class OverloadTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int DEVICES = 4;
  private static final int MESSAGES = 150;
  private static final int TOTAL = DEVICES * MESSAGES;
  private static final int RECEIVE_MAXIMUM = 8;

  @TempDir private Path folder;
  private TestBroker broker;
  private IngestParts parts;

  @BeforeEach
  void start() {
    broker = TestBroker.start(folder.resolve("broker"), new BrokerConfig.Embedded("127.0.0.1", 0));
    parts =
        new IngestParts(
            folder.resolve("hub"),
            broker.address(),
            new IngestConfig(RECEIVE_MAXIMUM, IngestConfig.DEFAULT.parkedLimitBytes()));
    parts.ingest.start();
    await().atMost(SOON).until(() -> parts.ingest.disconnection().isEmpty());
  }

  @AfterEach
  void stop() {
    parts.close();
    broker.close();
  }

  @Test
  void fastSenders_areStoredWhole_withNoMoreUnderWayThanTheReceiveMaximum() throws Exception {
    try (StoppedStore stopped = StoppedStore.of(parts)) {
      sendAll();
      await().atMost(SOON).until(() -> waiting() + images() > 0);
      await().atMost(SOON).during(Duration.ofSeconds(1)).until(this::keepsTheReceiveMaximum);
      assertThat(parts.count("stored")).isZero();
      stopped.goOn();
    }
    await().atMost(SOON).until(() -> parts.count("stored") == TOTAL);
    assertThat(rows("images")).isEqualTo(TOTAL);
    assertThat(images()).isEqualTo(TOTAL);
    assertThat(parts.count("duplicate")).isZero();
    assertThat(parts.count("refused")).isZero();
  }

  @Test
  void messagesFromAnotherWay_holdTheirSender_ratherThanTheMemory() throws Exception {
    AtomicLong handedOver = new AtomicLong();
    List<CompletableFuture<Void>> committed = new ArrayList<>();
    Thread sender =
        Thread.ofVirtual()
            .unstarted(
                () -> {
                  for (int i = 0; i < MESSAGES; i++) {
                    var message = Device.prediction(i);
                    committed.add(
                        parts.ingest.submit(message.topic().toString(), message.toPayload()));
                    handedOver.incrementAndGet();
                  }
                });
    try (StoppedStore stopped = StoppedStore.of(parts)) {
      sender.start();
      await().atMost(SOON).until(() -> waiting() == RECEIVE_MAXIMUM);
      // Its next one waits: beside the queue there is at most the batch under way.
      await().atMost(SOON).until(() -> sender.getState() == Thread.State.TIMED_WAITING);
      assertThat(handedOver.get()).isBetween((long) RECEIVE_MAXIMUM, 2L * RECEIVE_MAXIMUM);
      stopped.goOn();
    }
    sender.join();
    assertThat(committed).hasSize(MESSAGES).allSatisfy(one -> assertThat(one).succeedsWithin(SOON));
    assertThat(rows("classifications")).isEqualTo(MESSAGES);
  }

  /** Every device sends all it has, as fast as the broker takes it. */
  private void sendAll() {
    List<Device> devices =
        IntStream.range(0, DEVICES).mapToObj(i -> new Device(broker.address().port())).toList();
    List<CompletableFuture<?>> sending = new ArrayList<>();
    for (int i = 0; i < TOTAL; i++) {
      sending.add(devices.get(i % DEVICES).publish(image(i)));
    }
    sending.forEach(CompletableFuture::join);
    devices.forEach(Device::close);
  }

  private long waiting() {
    return (long) parts.metrics.get("fabwafer.ingest.waiting").gauge().value();
  }

  /** A message of the batch under way has its file, and may be counted as waiting as well. */
  private boolean keepsTheReceiveMaximum() throws IOException {
    return images() <= RECEIVE_MAXIMUM && waiting() <= RECEIVE_MAXIMUM;
  }

  private long images() throws IOException {
    Path camera = parts.images.resolve("faba/camera1");
    if (!Files.isDirectory(camera)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(camera)) {
      return files.count();
    }
  }

  private long rows(String table) {
    return parts.database.read(
        handle -> handle.createQuery("select count(*) from " + table).mapTo(Long.class).one());
  }

  private static ImageMessage image(int number) {
    return ImageMessage.of(
        new DeviceName("faba", "camera1"),
        "wafer" + number,
        1_700_000_000_000L + number,
        new byte[] {(byte) number});
  }

  /** A store in which nothing can be written until it goes on. */
  private record StoppedStore(CountDownLatch leave, Thread holder) implements AutoCloseable {
    static StoppedStore of(IngestParts parts) throws InterruptedException {
      CountDownLatch entered = new CountDownLatch(1);
      CountDownLatch leave = new CountDownLatch(1);
      Thread holder =
          Thread.ofPlatform()
              .start(
                  () ->
                      parts.database.change(
                          handle -> {
                            entered.countDown();
                            awaitLatch(leave);
                          }));
      entered.await();
      return new StoppedStore(leave, holder);
    }

    void goOn() {
      leave.countDown();
    }

    @Override
    public void close() {
      leave.countDown();
      try {
        holder.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private static void awaitLatch(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
