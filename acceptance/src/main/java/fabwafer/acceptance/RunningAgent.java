package fabwafer.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The real agent of one camera; can be killed and started again. */
public final class RunningAgent implements AutoCloseable {
  private final Path folder;
  private final Map<String, String> environment;
  private final List<String> arguments;
  private Program program;

  private RunningAgent(Path folder, String... arguments) {
    this(folder, Map.of(), List.of(arguments));
  }

  private RunningAgent(Path folder, Map<String, String> environment, List<String> arguments) {
    this.folder = folder;
    this.environment = environment;
    this.arguments = arguments;
    this.program = launch();
  }

  /**
   * Starts an agent of fab {@code faba}.
   *
   * @param folder where its spool goes
   * @param hub whose broker it publishes to
   * @param camera the camera's name
   * @param inbox the watched folder
   */
  public static RunningAgent start(Path folder, RunningHub hub, String camera, Path inbox) {
    return new RunningAgent(
        folder, "agent", "--config", config(folder, hub, camera, inbox).toString());
  }

  /** Starts an agent with a configuration of the caller's. */
  public static RunningAgent start(Path folder, Path config) {
    return new RunningAgent(folder, "agent", "--config", config.toString());
  }

  /** Starts an agent with a configuration and an environment of the caller's. */
  public static RunningAgent start(Path folder, Path config, Map<String, String> environment) {
    return new RunningAgent(folder, environment, List.of("agent", "--config", config.toString()));
  }

  /**
   * Starts an agent of fab {@code faba} with more settings.
   *
   * @param folder where its spool goes
   * @param brokerPort of a broker on this machine
   * @param cameras name and watched folder of each
   * @param settings further settings, {@code key=value}
   */
  public static RunningAgent start(
      Path folder, int brokerPort, Map<String, Path> cameras, String... settings) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("fab=faba");
    all.add("broker-host=127.0.0.1");
    all.add("broker-port=" + brokerPort);
    all.add("spool=" + folder.resolve("spool"));
    cameras.forEach((name, inbox) -> all.add("cameras." + name + "=" + inbox));
    return new RunningAgent(
        folder,
        Stream.concat(Stream.of("agent"), all.stream().flatMap(key -> Stream.of("--set", key)))
            .toArray(String[]::new));
  }

  /** Writes the configuration of an agent whose spool goes to a folder. */
  public static Path config(Path folder, RunningHub hub, String camera, Path inbox) {
    try {
      Files.createDirectories(folder);
      return Files.writeString(
          folder.resolve("agent.conf"),
          """
          agent {
            fab = faba
            cameras { %s = "%s" }
            broker-host = 127.0.0.1
            broker-port = %d
            spool = "%s"
          }
          """
              .formatted(camera, inbox, hub.mqttPort(), folder.resolve("spool")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All it printed since the first start. */
  public String printed() {
    return program.printed();
  }

  /** The process that runs now. */
  public Program program() {
    return program;
  }

  /** SIGKILL. */
  public void kill() {
    program.kill();
  }

  /** SIGTERM; answers the exit code. */
  public int terminate() {
    return program.terminate();
  }

  /** Starts it again after its end; returns at once. */
  public void restart() {
    program.close();
    program = launch();
  }

  @Override
  public void close() {
    program.close();
  }

  private Program launch() {
    List<String> command = new ArrayList<>(arguments);
    command.addFirst(Program.home().resolve("fabwafer").toString());
    return Program.start(folder.resolve("agent.log"), environment, command);
  }
}
