package fabwafer.app;

import fabwafer.classifier.Classifier;
import fabwafer.hub.Hub;
import fabwafer.hub.HubConfig;
import fabwafer.hub.inference.ServedModel;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;

/** A hub wired with the model it serves. */
final class RunningHub implements AutoCloseable {
  private final HubConfig config;
  private final Hub hub;
  private final Optional<Classifier> classifier;
  private final Hub.Running running;

  private RunningHub(
      HubConfig config, Hub hub, Optional<Classifier> classifier, Hub.Running running) {
    this.config = config;
    this.hub = hub;
    this.classifier = classifier;
    this.running = running;
  }

  /**
   * Starts a hub; some seconds.
   *
   * @param model what it classifies and explains with; empty for nothing
   */
  static RunningHub start(HubConfig config, Optional<Path> model) {
    Optional<Classifier> classifier = model.map(Classifier::open);
    try {
      Optional<ServedModel> served = classifier.map(ServedModel::of);
      Hub hub = new Hub(config.withFirstModel(model), () -> served);
      return new RunningHub(config, hub, classifier, hub.start());
    } catch (RuntimeException e) {
      classifier.ifPresent(Classifier::close);
      throw e;
    }
  }

  /** The portal's address, as a browser on this machine reaches it. */
  String address() {
    return config
        .web()
        .publicUrl()
        .map(String::valueOf)
        .or(
            () ->
                running
                    .httpsPort()
                    .map(port -> "https://" + reachable(config.web().host()) + ":" + port))
        .orElse("http://" + reachable(config.web().host()) + ":" + running.httpPort());
  }

  /** The broker it uses, such as {@code 127.0.0.1:1883}. */
  String broker() {
    return running.broker().toString();
  }

  /** Where the hub's own broker takes devices by TLS, such as {@code 0.0.0.0:8883}. */
  Optional<String> brokerTls() {
    return running.brokerTls().map(to -> to.getAddress().getHostAddress() + ":" + to.getPort());
  }

  /** The broker's port. */
  int mqttPort() {
    return running.broker().port();
  }

  /** The password of {@code admin}, at the first start ever. */
  Optional<String> firstAdminPassword() {
    return running.firstAdminPassword();
  }

  @Override
  public void close() {
    hub.close();
    classifier.ifPresent(Classifier::close);
  }

  /** A name by which this machine reaches an address that the hub listens on. */
  private static String reachable(String host) {
    try {
      return InetAddress.getByName(host).isAnyLocalAddress() ? "127.0.0.1" : host;
    } catch (UnknownHostException e) {
      return host;
    }
  }
}
