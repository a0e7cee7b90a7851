package fabwafer.app;

import fabwafer.classifier.Classifier;
import fabwafer.hub.Hub;
import fabwafer.hub.HubConfig;
import fabwafer.hub.inference.InferenceRoutes;
import fabwafer.hub.inference.ServedModel;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fabwafer hub}: runs a hub until it is told to end. */
@Command(
    name = "hub",
    description = {
      "Runs the hub: broker, storage, alarms, REST interface and portal.",
      "Ends cleanly on SIGTERM and Ctrl-C. docs/hub.md lists the settings."
    },
    mixinStandardHelpOptions = true)
final class HubCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder with everything the hub keeps; as --set data=DIR.")
  private @Nullable Path data;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "File of settings, HOCON or JSON: hub { http-port = 8080 }.")
  private @Nullable Path configFile;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting; wins over environment and file. May be repeated.")
  private Map<String, String> flags = new HashMap<>();

  @SuppressWarnings("NullAway.Init") // picocli sets the spec before it runs the command
  HubCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    if (data != null) {
      flags.put("data", data.toString());
    }
    Settings settings =
        Settings.load("hub", Optional.ofNullable(configFile), System.getenv(), flags);
    HubConfig config = HubSettings.read(settings);
    Path model = settings.path("model", ModelOption.ownModel());
    boolean modelIsGiven = settings.text("model").isPresent();
    settings.requireNoMistakes();

    boolean hasModel = modelIsGiven || Files.isRegularFile(model.resolve("model.json"));
    Optional<Classifier> classifier =
        hasModel ? Optional.of(Classifier.open(model)) : Optional.empty();
    Optional<ServedModel> served = classifier.map(ServedModel::of);
    Hub hub =
        new Hub(
            config, List.of(new InferenceRoutes(() -> served, InferenceRoutes.DEFAULT_AT_ONCE)));
    CountDownLatch ended = new CountDownLatch(1);
    Hub.Running running = hub.start();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  hub.close();
                  classifier.ifPresent(Classifier::close);
                  ended.countDown();
                },
                "hub-stop"));
    print(config, running);
    ended.await();
    return 0;
  }

  private void print(HubConfig config, Hub.Running running) {
    PrintWriter out = spec.commandLine().getOut();
    String address =
        config
            .web()
            .publicUrl()
            .map(String::valueOf)
            .orElse("http://" + reachable(config.web().host()) + ":" + running.httpPort());
    out.println("portal     " + address);
    out.println("broker     mqtt://" + running.broker());
    out.println("data       " + config.data().toAbsolutePath());
    running
        .firstAdminPassword()
        .ifPresent(
            password -> {
              out.println("user       admin");
              out.println("password   " + password);
              out.println("           (printed this once: the hub keeps only a hash of it)");
            });
    out.flush();
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
