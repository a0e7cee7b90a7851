package fabwafer.hub.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.hub.HubException;
import fabwafer.hub.web.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The program's own {@code train} as a child process, in a folder of its own. A kill of either
 * leaves a checkpoint, from which the next one goes on.
 */
final class TrainingProcess {
  /** The files that 'train' leaves in its folder. */
  private static final String CHECKPOINT = "training.checkpoint";

  private static final String TRAINING_LOG = "training.jsonl";
  private static final String CARD = "model.json";
  private static final String VECTORS = "vectors.json";

  /** Which process trains here, and since when: numbers are given again. */
  private static final String PID = "process";

  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

  private final PipelineConfig config;
  private final Path folder;
  private final Path log;

  /**
   * A training, not yet begun.
   *
   * @param folder of this training alone
   * @param log what the child prints is added to it
   */
  TrainingProcess(PipelineConfig config, Path folder, Path log) {
    this.config = config;
    this.folder = folder;
    this.log = log;
  }

  /** How a training goes. */
  interface Listener {
    /** Told every half second: epochs done, of all; 0 of 0 before the first. */
    void epoch(int done, int all);
  }

  /**
   * Trains to the end; at once where that was done before.
   *
   * @param wafers the Parquet file to learn from
   * @param from the model to go on from
   * @param cancelled asked every half second; true ends the child
   * @return whether there is a model; false: it was cancelled
   * @throws HubException if the training failed; its log says why
   */
  boolean run(Path wafers, Path from, BooleanSupplier cancelled, Listener listener)
      throws InterruptedException {
    if (config.program().isEmpty()) {
      throw new HubException("this hub cannot train: it does not know how its program is started");
    }
    try {
      Files.createDirectories(folder);
      stopEarlier();
      if (done()) {
        return true;
      }
      Process child =
          new ProcessBuilder(command(wafers, from))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      Files.writeString(folder.resolve(PID), said(child.toHandle()), UTF_8);
      try {
        while (!child.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
          if (cancelled.getAsBoolean()) {
            return false;
          }
          progress(listener);
        }
      } finally {
        stop(child.toHandle());
      }
      if (child.exitValue() != 0 || !done()) {
        throw new HubException(
            "the training ended with code %d: %s".formatted(child.exitValue(), lastLine()));
      }
      progress(listener);
      return true;
    } catch (IOException e) {
      throw new HubException("the training in " + folder + " failed: " + e, e);
    }
  }

  private List<String> command(Path wafers, Path from) {
    List<String> words = new ArrayList<>(config.program());
    words.addAll(List.of("train", wafers.toString()));
    words.addAll(List.of("--from", from.toString(), "--out", folder.toString()));
    config.recipe().ifPresent(recipe -> words.addAll(List.of("--recipe", recipe.toString())));
    config.settings().forEach(setting -> words.addAll(List.of("--set", setting)));
    if (config.replay().isEmpty() && config.settings().equals(PipelineConfig.SETTINGS)) {
      // The longer a network sees the new wafers alone, the more it forgets of the others.
      words.addAll(List.of("--set", "least-steps=0"));
    }
    if (config.replay().isPresent()) {
      words.addAll(List.of("--replay", config.replay().get().toString()));
    } else {
      words.add("--validate-nothing");
    }
    if (Files.exists(folder.resolve(CHECKPOINT))) {
      words.add("--resume");
    }
    return words;
  }

  /** The test vectors are what 'train' writes last. */
  private boolean done() {
    return Files.exists(folder.resolve(CARD))
        && Files.exists(folder.resolve(VECTORS))
        && !Files.exists(folder.resolve(CHECKPOINT));
  }

  /** A child that outlived a killed hub would write into the same files. */
  private void stopEarlier() throws IOException {
    Path file = folder.resolve(PID);
    if (!Files.exists(file)) {
      return;
    }
    String known = Files.readString(file, UTF_8).strip();
    String[] words = known.split(" ", 2);
    ProcessHandle.of(Long.parseLong(words[0]))
        .filter(process -> said(process).equals(known))
        .ifPresent(TrainingProcess::stop);
  }

  private static String said(ProcessHandle process) {
    return process.pid()
        + " "
        + process.info().startInstant().map(Instant::toString).orElse("unknown");
  }

  private static void stop(ProcessHandle process) {
    if (!process.isAlive()) {
      return;
    }
    process.destroy();
    try {
      process.onExit().get(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
    }
  }

  /** Reads what the training's own log says last. */
  private void progress(Listener listener) throws IOException {
    Path file = folder.resolve(TRAINING_LOG);
    if (!Files.exists(file)) {
      return;
    }
    int epochs = 0;
    int epoch = 0;
    for (String line : Files.readAllLines(file, UTF_8)) {
      Optional<JsonNode> json = parsed(line);
      epochs = json.map(j -> j.at("/settings/epochs").asInt(0)).filter(n -> n > 0).orElse(epochs);
      epoch = json.map(j -> j.path("epoch").asInt(0)).filter(n -> n > 0).orElse(epoch);
    }
    listener.epoch(epoch, epochs);
  }

  /** A line that is being written is no JSON yet. */
  private static Optional<JsonNode> parsed(String line) {
    try {
      return Optional.of(Json.parse(line));
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }

  private String lastLine() throws IOException {
    List<String> lines = Files.readAllLines(log, UTF_8);
    return lines.stream().filter(line -> !line.isBlank()).reduce((a, b) -> b).orElse("");
  }
}
