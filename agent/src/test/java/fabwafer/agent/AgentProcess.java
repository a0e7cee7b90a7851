package fabwafer.agent;

import fabwafer.agent.model.ModelDelivery;
import fabwafer.wafer.image.WaferImages;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** An agent in a process of its own, to be killed. */
final class AgentProcess implements AutoCloseable {
  private final Process process;

  private AgentProcess(Process process) {
    this.process = process;
  }

  static AgentProcess start(Path folder, Path inbox, int brokerPort) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            AgentProcess.class.getName(),
            folder.toString(),
            inbox.toString(),
            Integer.toString(brokerPort));
    File log = folder.resolve("agent.log").toFile();
    return new AgentProcess(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start());
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }

  /**
   * Runs an agent until killed: spool folder's parent, watched folder, broker's port. Where the
   * parent holds a model {@code installed}, it is used, and others may be sent.
   */
  public static void main(String[] arguments) throws InterruptedException {
    Path folder = Path.of(arguments[0]);
    boolean models = Files.isDirectory(folder.resolve("installed"));
    AgentConfig config =
        new AgentConfig(
            "faba",
            List.of(new AgentConfig.Camera("camera1", Path.of(arguments[1]))),
            new AgentConfig.Broker(
                "127.0.0.1", Integer.parseInt(arguments[2]), "agent", Optional.empty()),
            new AgentConfig.SpoolLimits(
                folder.resolve("spool"), 10_000, AgentConfig.SpoolLimits.LEAST_BYTES),
            new AgentConfig.Watching(
                Duration.ofMillis(50), Duration.ofMillis(10), Duration.ofSeconds(10), true),
            folder.resolve("installed"),
            Optional.empty(),
            Optional.of(
                new ModelDelivery.Settings(
                    folder.resolve("models"), Optional.empty(), Long.MAX_VALUE)));
    try (Agent _ =
        models
            ? Agent.start(config)
            : Agent.start(config, WaferImages::read, new SteadyClassifier())) {
      new CountDownLatch(1).await();
    }
  }
}
