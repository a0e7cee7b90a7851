package fabwafer.agent;

import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * A running agent: a lane for each camera, see the package.
 *
 * <p>Start and close it from any thread.
 */
public final class Agent implements AutoCloseable {
  private static final String VERSION = readVersion();

  private final List<CameraLane> lanes;
  private final WaferClassifier classifier;
  private final Optional<CertificateRenewal> renewal;

  private Agent(
      List<CameraLane> lanes, WaferClassifier classifier, Optional<CertificateRenewal> renewal) {
    this.lanes = lanes;
    this.classifier = classifier;
    this.renewal = renewal;
  }

  /**
   * Starts an agent with the model, and the hub if any, of its config. Cameras' folders and the
   * broker may be missing yet; what is wrong with them is told in the log and in the status.
   *
   * @throws AgentException if a spool cannot be used
   * @throws fabwafer.classifier.ClassifierException if the model does not run
   */
  public static Agent start(AgentConfig config) {
    LocalClassifier local = LocalClassifier.open(config.modelPath());
    WaferClassifier classifier =
        config.remote().isPresent() ? new RemoteClassifier(config.remote().get(), local) : local;
    return start(config, WaferImages::read, classifier);
  }

  /**
   * Starts an agent with a classifier of the caller's.
   *
   * @param reader name and bytes of a PNG or JPEG file to the wafer map it shows, or a
   *     WaferException that says why not
   * @param classifier closed with the agent, also if this throws
   */
  static Agent start(
      AgentConfig config, BiFunction<String, byte[], WaferMap> reader, WaferClassifier classifier) {
    List<CameraLane> lanes = new ArrayList<>();
    Agent agent =
        new Agent(lanes, classifier, config.broker().renewed().map(CertificateRenewal::new));
    try {
      config.cameras().stream()
          .map(camera -> CameraLane.start(config, camera, reader, classifier))
          .forEach(lanes::add);
      return agent;
    } catch (RuntimeException e) {
      agent.close();
      throw e;
    }
  }

  /** The program's version, as the status tells it. */
  static String version() {
    return VERSION;
  }

  private static String readVersion() {
    try (InputStream text = Agent.class.getResourceAsStream("version.txt")) {
      return text == null
          ? "unknown"
          : new String(text.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }

  /**
   * Ends cleanly: every lane finishes the wafer in hand and says offline, all within some 12
   * seconds. What the spool still holds is published after the next start.
   */
  @Override
  public void close() {
    renewal.ifPresent(CertificateRenewal::close);
    lanes.forEach(CameraLane::stopTaking);
    List<Thread> closing =
        lanes.stream().map(lane -> Thread.startVirtualThread(lane::close)).toList();
    try {
      for (Thread thread : closing) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    classifier.close();
  }
}
