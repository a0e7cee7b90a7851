package fabwafer.agent;

import fabwafer.agent.AgentConfig.Camera;
import fabwafer.agent.model.ModelDelivery;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A running agent: a lane for each camera, see the package.
 *
 * <p>Start and close it from any thread.
 */
public final class Agent implements AutoCloseable {
  private static final String VERSION = readVersion();

  private final List<CameraLane> lanes = new ArrayList<>();
  private final List<WaferClassifier> classifiers = new ArrayList<>();
  private final Optional<CertificateRenewal> renewal;
  private final Optional<ModelDelivery> delivery;

  private Agent(Optional<CertificateRenewal> renewal, Optional<ModelDelivery> delivery) {
    this.renewal = renewal;
    this.delivery = delivery;
  }

  /**
   * Starts an agent with the model, and the hub if any, of its config. Cameras' folders and the
   * broker may be missing yet; what is wrong with them is told in the log and in the status.
   *
   * @throws AgentException if a spool cannot be used
   * @throws fabwafer.classifier.ClassifierException if the model does not run
   */
  public static Agent start(AgentConfig config) {
    if (config.delivery().isEmpty()) {
      WaferClassifier local = LocalClassifier.open(config.modelPath());
      return start(config, WaferImages::read, askingFirst(config, local));
    }
    ModelDelivery delivery =
        new ModelDelivery(
            config.delivery().get(),
            BrokerConnection.client(config.broker(), config.broker().modelClientId()),
            config.broker().clientId(),
            config.devices(),
            config.modelPath());
    return start(
        config,
        WaferImages::read,
        camera -> askingFirst(config, delivery.classifier(config.device(camera))),
        Optional.of(delivery));
  }

  private static WaferClassifier askingFirst(AgentConfig config, WaferClassifier local) {
    return config.remote().isPresent() ? new RemoteClassifier(config.remote().get(), local) : local;
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
    return start(config, reader, _ -> classifier, Optional.empty());
  }

  private static Agent start(
      AgentConfig config,
      BiFunction<String, byte[], WaferMap> reader,
      Function<Camera, WaferClassifier> classifiers,
      Optional<ModelDelivery> delivery) {
    Agent agent = new Agent(config.broker().renewed().map(CertificateRenewal::new), delivery);
    try {
      for (Camera camera : config.cameras()) {
        WaferClassifier classifier = classifiers.apply(camera);
        agent.classifiers.add(classifier);
        agent.lanes.add(CameraLane.start(config, camera, reader, classifier));
      }
      delivery.ifPresent(ModelDelivery::start);
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
    delivery.ifPresent(ModelDelivery::close);
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
    classifiers.stream().distinct().forEach(WaferClassifier::close);
  }
}
