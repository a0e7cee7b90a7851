package fabwafer.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real hub with its data in a folder; can be killed and started again on the same ports. */
public final class RunningHub implements AutoCloseable {
  private final Path folder;
  private final List<String> settings;
  private final int httpPort = Program.freePort();
  private final int mqttPort = Program.freePort();
  private Program program;
  private final String password;

  private RunningHub(Path folder, List<String> settings) {
    this.folder = folder;
    this.settings = settings;
    this.program = launch();
    this.password = program.awaitPrinted("(?m)password:? +(\\S+)\\s*$").group(1);
    awaitReady();
  }

  /**
   * Starts a hub and waits until it is ready.
   *
   * @param folder where its data goes
   * @param settings further settings, {@code key=value}; {@code {address}} stands for the hub's own
   *     address
   */
  public static RunningHub start(Path folder, String... settings) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new RunningHub(folder, List.of(settings));
  }

  /** The folder with everything the hub keeps. */
  public Path data() {
    return folder.resolve("data");
  }

  public int mqttPort() {
    return mqttPort;
  }

  /** Such as {@code http://127.0.0.1:8080}. */
  public String address() {
    return "http://127.0.0.1:" + httpPort;
  }

  /** The password of the account {@code admin}, as the first start printed it. */
  public String adminPassword() {
    return password;
  }

  /** A client that is logged in as admin. */
  public RestClient admin() {
    return RestClient.login(address(), "admin", password);
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

  /** Waits until it says that it can take messages and requests. */
  public void awaitReady() {
    RestClient.awaitReady(address(), program);
  }

  @Override
  public void close() {
    program.close();
  }

  private Program launch() {
    List<String> arguments = new ArrayList<>();
    arguments.add("hub");
    arguments.add("--data");
    arguments.add(data().toString());
    List<String> all = new ArrayList<>(settings);
    all.add("http-port=" + httpPort);
    all.add("mqtt-port=" + mqttPort);
    for (String setting : all) {
      arguments.add("--set");
      arguments.add(setting.replace("{address}", address()));
    }
    return Program.fabwafer(folder.resolve("hub.log"), arguments.toArray(String[]::new));
  }
}
