package fabwafer.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One process that a test started: {@code ./fabwafer} or another program. What it prints goes to a
 * file, so that nothing is lost when it is killed. Closing it kills it where it still runs.
 */
public final class Program implements AutoCloseable {
  /**
   * Long enough for a cold start on a busy two-core machine; a healthy start takes a few seconds.
   */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration POLL = Duration.ofMillis(20);

  private final Process process;
  private final Path output;

  private Program(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts {@code ./fabwafer} with arguments.
   *
   * @param output file that gets what it prints, appended
   */
  public static Program fabwafer(Path output, String... arguments) {
    List<String> command = new ArrayList<>();
    // Whoever starts the tests in the background hands them an ignored SIGINT.
    command.addAll(List.of("env", "--default-signal=INT"));
    command.add(home().resolve("fabwafer").toString());
    command.addAll(Arrays.asList(arguments));
    return start(output, Map.of(), command);
  }

  /** Starts any program. */
  public static Program start(Path output, Map<String, String> environment, List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.environment().putAll(environment);
    try {
      return new Program(builder.start(), output);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command, e);
    }
  }

  /** Runs a program to its end and answers what it printed, with its exit code in the last line. */
  public static Finished run(Map<String, String> environment, String... command) {
    try {
      Path output = Files.createTempFile("fabwafer-run", ".log");
      try (Program program = start(output, environment, List.of(command))) {
        int exit = program.awaitEnd();
        return new Finished(exit, program.printed());
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How a program ended. */
  public record Finished(int exit, String printed) {}

  /** The project's root: the first folder upwards that holds the launcher. */
  public static Path home() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isExecutable(folder.resolve("fabwafer"))) {
      Path parent = folder.getParent();
      if (parent == null) {
        throw new IllegalStateException("no launcher above " + Path.of("").toAbsolutePath());
      }
      folder = parent;
    }
    return folder;
  }

  /** A port nobody listens on now. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits until the output matches; fails with the output when the program ends before or is late.
   */
  public MatchResult awaitPrinted(String regex) {
    Pattern pattern = Pattern.compile(regex);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      boolean alive = process.isAlive();
      String printed = printed();
      Matcher matcher = pattern.matcher(printed);
      if (matcher.find()) {
        return matcher.toMatchResult();
      }
      if (!alive) {
        throw new AssertionError(
            "ended with " + process.exitValue() + " before it printed " + regex + ":\n" + printed);
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("did not print " + regex + " in time:\n" + printed);
      }
      pause();
    }
  }

  /** Waits for the end and answers the exit code. */
  public int awaitEnd() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), SECONDS)) {
        throw new AssertionError("did not end in time:\n" + printed());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** SIGKILL: it gets no chance to tidy up. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** SIGINT, as Ctrl-C sends it; answers the exit code. */
  public int interrupt() {
    Program.run(Map.of(), "kill", "-INT", Long.toString(process.pid()));
    return awaitEnd();
  }

  /** SIGTERM, as a service manager sends it; answers the exit code. */
  public int terminate() {
    process.destroy();
    return awaitEnd();
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Resident memory now, in bytes (Linux). */
  public long residentBytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", "" + process.pid(), "status"))) {
        if (line.startsWith("VmRSS:")) {
          return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
      throw new IllegalStateException("the kernel tells no VmRSS");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All it printed so far, both streams. */
  public String printed() {
    try {
      return Files.readString(output, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
