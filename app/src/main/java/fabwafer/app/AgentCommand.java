package fabwafer.app;

import fabwafer.agent.Agent;
import fabwafer.agent.AgentConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code fabwafer agent}: runs an agent until it is told to stop. */
@Command(
    name = "agent",
    description = {
      "Watches the folders of one or more cameras, classifies every wafer map that appears and",
      "publishes it to the hub's broker. docs/agent.md explains the settings and the folders."
    },
    mixinStandardHelpOptions = true,
    subcommands = AgentEnrolCommand.class)
final class AgentCommand implements Callable<Integer> {
  @Option(names = "--config", paramLabel = "FILE", description = "Settings, HOCON or JSON.")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting, such as broker-host=hub.fab; wins over the file.")
  private Map<String, String> flags = new LinkedHashMap<>();

  @SuppressWarnings("NullAway.Init") // picocli fills the fields before it calls
  AgentCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    AgentConfig read =
        AgentSettings.read(
            Settings.load("agent", Optional.ofNullable(config), System.getenv(), flags));
    Agent agent = Agent.start(read);
    Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "agent-stop"));
    // Until a signal ends the process; the hook above then ends the agent cleanly.
    new CountDownLatch(1).await();
    return 0;
  }
}
