package fabwafer.app;

import fabwafer.hub.HubConfig;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
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
    RunningHub hub = RunningHub.start(config, hasModel ? Optional.of(model) : Optional.empty());
    Runtime.getRuntime().addShutdownHook(new Thread(hub::close, "hub-stop"));
    print(config, hub);
    // Until a signal ends the process; the hook above then ends the hub cleanly.
    new CountDownLatch(1).await();
    return 0;
  }

  private void print(HubConfig config, RunningHub hub) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("portal     " + hub.address());
    out.println("broker     mqtt://" + hub.broker());
    hub.brokerTls().ifPresent(broker -> out.println("devices    mqtts://" + broker));
    out.println("data       " + config.data().toAbsolutePath());
    hub.firstAdminPassword()
        .ifPresent(
            password -> {
              out.println("user       admin");
              out.println("password   " + password);
              out.println("           (printed this once: the hub keeps only a hash of it)");
            });
    out.flush();
  }
}
