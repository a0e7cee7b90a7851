package fabwafer.agent;

import fabwafer.agent.AgentConfig.Camera;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.Topic;
import fabwafer.wafer.WaferMap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One camera's way from folder to broker: intake, spool, publisher and status, with threads and a
 * connection of its own. What goes wrong in one lane stops no other.
 */
final class CameraLane implements AutoCloseable {
  /** How long a clean stop waits for the wafer in hand. */
  private static final Duration LAST_WAFER = Duration.ofSeconds(5);

  /** The publisher's farewell takes at most three times two seconds. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(7);

  /** A bound for the problems in a status: it is not the log. */
  private static final int MOST_PROBLEMS_TOLD = 10;

  private static final Logger LOG = LoggerFactory.getLogger(CameraLane.class);

  private final String camera;
  private final WaferClassifier classifier;
  private final Spool spool;
  private final Problems problems;
  private final Optional<Sharing> sharing;
  private final String agentId;
  private final Intake intake;
  private final Publisher publisher;
  private final Thread intakeThread;
  private final Thread publisherThread;
  private @Nullable FolderEvents events;

  private CameraLane(
      AgentConfig config,
      Camera camera,
      BiFunction<String, byte[], WaferMap> reader,
      WaferClassifier classifier) {
    DeviceName device = config.device(camera);
    Clock clock = Clock.systemUTC();
    Path spoolFolder = config.spool().folder().resolve(config.fab()).resolve(camera.name());
    this.camera = camera.name();
    this.agentId = config.broker().clientId(camera.name());
    this.classifier = classifier;
    this.problems = new Problems(device.toString(), clock);
    this.spool = Spool.open(spoolFolder, config.spool());
    this.publisher =
        new Publisher(
            spool,
            new StatusBoard(new Topic.Status(device), agentId, clock, this::status),
            problems,
            config.spool().resend(),
            onDisconnected -> new BrokerConnection(config.broker(), agentId, onDisconnected),
            this::onRoom);
    Optional<Sharing> sharing =
        config.watching().shared()
            ? Optional.of(
                new Sharing(camera.folder(), agentId, spool, publisher::isDelivering, problems))
            : Optional.empty();
    this.sharing = sharing;
    this.intake =
        new Intake(
            device,
            camera,
            config.watching(),
            reader,
            classifier,
            spool,
            problems,
            sharing,
            publisher::wake);
    this.intakeThread = Thread.ofPlatform().name("inbox-" + camera.name()).unstarted(intake::run);
    this.publisherThread =
        Thread.ofPlatform().name("publisher-" + camera.name()).unstarted(publisher::run);
  }

  /**
   * Starts a lane.
   *
   * @param reader the wafer map of an image file
   * @throws AgentException if its spool cannot be used
   */
  static CameraLane start(
      AgentConfig config,
      Camera camera,
      BiFunction<String, byte[], WaferMap> reader,
      WaferClassifier classifier) {
    CameraLane lane = new CameraLane(config, camera, reader, classifier);
    LOG.info(
        "{}: watching {}, {} inspections in the spool",
        config.device(camera),
        camera.folder(),
        lane.spool.waiting());
    lane.publisherThread.start();
    lane.intakeThread.start();
    if (config.watching().events()) {
      lane.listen(camera);
    }
    return lane;
  }

  private void listen(Camera watched) {
    try {
      events = FolderEvents.open(watched.folder(), intake.bell(), watched.name());
    } catch (IOException e) {
      LOG.warn(
          "{}: the operating system reports no changes, polling only: {}",
          watched.folder(),
          AgentException.told(e));
    }
  }

  private void onRoom() {
    if (intake.isOutOfRoom() || sharing.isPresent()) {
      intake.bell().ring();
    }
  }

  /** What the status says of this lane now. */
  private ObjectNode status() {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    classifier.model().ifPresent(model -> status.put("model", model));
    status.put("version", Agent.version());
    status.put("agent", agentId);
    sharing.ifPresent(shared -> shared.tell(status));
    status.put("spooled", spool.waiting());
    status.put("spoolLimit", spool.maxInspections());
    status.put("spooledBytes", spool.bytes());
    status.put("refused", spool.refused());
    status.put("damaged", spool.damaged());
    status.put("rejected", intake.rejected());
    ArrayNode standing = status.putArray("problems");
    problems.standing().stream().limit(MOST_PROBLEMS_TOLD).forEach(standing::add);
    Optional<Problems.Told> last = problems.last();
    last.ifPresent(
        told ->
            status
                .put("lastError", told.message())
                .put("lastErrorTimestamp", told.at().toEpochMilli()));
    return status;
  }

  /** Asks the lane to finish the wafer in hand; {@link #close()} waits for it. */
  void stopTaking() {
    intake.close();
  }

  /** Finishes the wafer in hand, says offline, and frees everything; within some 12 seconds. */
  @Override
  public void close() {
    stopTaking();
    try {
      if (events != null) {
        events.close();
      }
      end(intakeThread, LAST_WAFER);
      publisher.close();
      end(publisherThread, LAST_WORDS);
      spool.close();
    } catch (IOException e) {
      LOG.warn("{}: closing: {}", camera, AgentException.told(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void end(Thread thread, Duration most) throws InterruptedException {
    if (!thread.join(most)) {
      LOG.warn("{} does not end, interrupting it", thread.getName());
      thread.interrupt();
      thread.join(Duration.ofSeconds(1));
    }
  }
}
