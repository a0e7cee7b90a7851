package fabwafer.agent;

import static org.awaitility.Awaitility.await;

import fabwafer.agent.model.ModelDelivery;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.awaitility.core.ConditionTimeoutException;

/** An agent in a process of its own, to be killed. */
final class AgentProcess implements AutoCloseable {
  /** Only what hangs is to run into it, not what a starved machine makes slow. */
  private static final Duration HANGS_AFTER = Duration.ofMinutes(3);

  private final Process process;
  private final Path log;

  private AgentProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
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
    Path log = folder.resolve("agent.log");
    return new AgentProcess(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start(),
        log);
  }

  /** Waits for it, looking every 5 ms; an agent that hangs tells its threads and its log. */
  void awaitThat(Callable<Boolean> wanted) throws IOException {
    try {
      await().atMost(HANGS_AFTER).pollInterval(Duration.ofMillis(5)).until(wanted);
    } catch (ConditionTimeoutException e) {
      boolean alive = process.isAlive();
      if (alive) {
        // A JVM answers SIGQUIT with the stacks of its threads.
        new ProcessBuilder("kill", "-QUIT", Long.toString(process.pid())).start();
        await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
      }
      String told = Files.readString(log);
      throw new AssertionError(
          "the agent %s; its log:%n%s".formatted(alive ? "runs" : "has ended", told), e);
    }
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
