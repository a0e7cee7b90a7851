package fabwafer.training;

import fabwafer.classifier.Preprocessing;
import fabwafer.training.TrainingListener.Plan;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.LabelledWafer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Trains a residual network on labelled wafers. After each epoch it measures the averaged network
 * on the validation wafers and writes a checkpoint; it ends with the best epoch's network.
 */
public final class Training {
  private static final int CLASSES = DefectPattern.labels().size();
  private static final int SEVERAL = -1;
  private static final String BEST = "best.";

  /** Most wafers that novelty is measured by: enough for a covariance, seconds to compute. */
  private static final int MOST_EMBEDDED = 20_000;

  private final TrainingData data;
  private final TrainingOptions options;
  private final Path checkpoint;
  private final TrainingListener listener;
  private final ResidualNetwork network;
  private final Preprocessing preprocessing;
  private final int[] labels;
  private final int[] validationLabels;
  private final ClassBalance balance;
  private final int batch;
  private final int stepsPerEpoch;
  private final Optional<TrainingStart> start;
  private final Optional<SoftLabels> soft;
  private final List<EpochReport> history = new ArrayList<>();
  private @Nullable Map<String, float[]> best;

  private Training(
      TrainingData data,
      TrainingOptions options,
      Optional<TrainingStart> start,
      Optional<SoftLabels> soft,
      Path checkpoint,
      TrainingListener listener) {
    this.start = start;
    this.soft = soft;
    this.data = data;
    this.checkpoint = checkpoint;
    this.listener = listener;
    this.network = ResidualNetwork.of(options.architecture(), CLASSES, CLASSES - 1);
    this.preprocessing = Preprocessing.area(options.architecture().side());
    this.labels = labels(data.training());
    this.validationLabels = labels(data.validation());
    TrainingOptions.Sampling sampling = options.sampling();
    this.balance =
        ClassBalance.of(
            EpochPlan.counts(labels, sampling, CLASSES),
            data.mix().stream().mapToInt(Integer::intValue).toArray(),
            options.noneWeight());
    int wafers = EpochPlan.of(labels, sampling, options.seed(), 0).samples().size();
    this.batch = Math.min(options.schedule().batch(), wafers);
    // A last batch that is not full is left out: its statistics would weigh too much.
    this.stepsPerEpoch = wafers / batch;
    this.options = options.withSchedule(options.schedule().with(stepsPerEpoch));
  }

  /**
   * Trains.
   *
   * @param checkpoint file that holds the state after each epoch; its folder is made
   * @param resume whether to go on from that file, which must then be there
   * @throws TrainingException if there is a checkpoint and {@code resume} is false, or none and it
   *     is true; if it is of other options or data; if there are too few wafers
   */
  public static TrainedNetwork run(
      TrainingData data,
      TrainingOptions options,
      Path checkpoint,
      boolean resume,
      TrainingListener listener) {
    return run(data, options, Optional.empty(), Optional.empty(), checkpoint, resume, listener);
  }

  /**
   * Trains, going on from a model or taught by some.
   *
   * @param start the model, of the options' architecture; empty for fresh weights
   * @param soft what the teachers say of the training wafers; empty for labels alone
   * @param checkpoint as above
   * @throws TrainingException as above, and if the model is of another architecture
   */
  public static TrainedNetwork run(
      TrainingData data,
      TrainingOptions options,
      Optional<TrainingStart> start,
      Optional<SoftLabels> soft,
      Path checkpoint,
      boolean resume,
      TrainingListener listener) {
    if (start.isPresent() && !start.get().architecture().equals(options.architecture())) {
      throw new TrainingException(
          "the model to go on from is of the architecture %s, the recipe of %s"
              .formatted(start.get().architecture(), options.architecture()));
    }
    if (!resume && Files.exists(checkpoint)) {
      throw new TrainingException(
          checkpoint + " is there from a training that did not end; resume it, or delete the file");
    }
    if (resume && !Files.exists(checkpoint)) {
      throw new TrainingException("nothing to resume: there is no " + checkpoint);
    }
    if (data.training().size() < 2) {
      throw new TrainingException("training needs 2 wafers or more, got 1");
    }
    return new Training(data, options, start, soft, checkpoint, listener).run(resume);
  }

  private TrainedNetwork run(boolean resume) {
    try (TorchTrainer trainer =
        new TorchTrainer(network, options, start.map(from -> from.numbers(network)))) {
      if (resume) {
        resume(trainer);
      }
      listener.started(
          new Plan(
              network.parameters(),
              data.training().size(),
              data.validation().size(),
              options.schedule().epochs(),
              stepsPerEpoch,
              history.size()));
      while (history.size() < options.schedule().epochs() && !stalled()) {
        epoch(trainer);
        listener.epochEnded(history.getLast());
      }
      if (history.size() < options.schedule().epochs()) {
        listener.stoppedEarly(bestReport());
      }
      return finished(trainer);
    }
  }

  private void epoch(TorchTrainer trainer) {
    int epoch = history.size();
    long began = System.nanoTime();
    OneCycle cycle =
        new OneCycle(
            options.schedule().peakLearningRate(),
            (long) stepsPerEpoch * options.schedule().epochs());
    EpochPlan plan = EpochPlan.of(labels, options.sampling(), options.seed(), epoch);
    double rate = 0;
    double loss = 0;
    try (BatchLoader loader = new BatchLoader(data.training(), plan, batch, preprocessing)) {
      for (int step = 0; step < stepsPerEpoch; step++) {
        BatchLoader.Batch loaded = loader.next();
        rate = cycle.rate(trainer.steps());
        List<EpochPlan.Sample> samples =
            plan.samples().subList(loaded.from(), loaded.from() + loaded.size());
        Targets targets =
            Targets.of(samples, loaded.shown(), data.training(), soft, balance, options.loss());
        loss += trainer.step(loaded, targets, rate);
        loader.release(loaded);
        listener.stepped(epoch + 1, step + 1);
      }
    }
    double trainingSeconds = (System.nanoTime() - began) / 1e9;
    if (!Double.isFinite(loss)) {
      throw new TrainingException(
          "epoch %d: the loss is no number any more; try a smaller learning rate"
              .formatted(epoch + 1));
    }
    Score score = score(trainer);
    boolean isBest =
        options.schedule().patience() == 0
            || history.isEmpty()
            || score.macroF1Weighted() > bestReport().macroF1Weighted();
    history.add(
        new EpochReport(
            epoch + 1,
            rate,
            loss / stepsPerEpoch,
            score.loss(),
            score.accuracy(),
            score.macroF1(),
            score.macroF1Weighted(),
            score.exactMatch(),
            byLabel(score.recalls()),
            (double) stepsPerEpoch * batch / trainingSeconds,
            (System.nanoTime() - began) / 1e9,
            isBest));
    if (isBest) {
      best = trainer.averaged();
    }
    save(trainer);
  }

  private Score score(TorchTrainer trainer) {
    if (data.validation().isEmpty()) {
      return Score.UNKNOWN;
    }
    TorchTrainer.Answers answers = trainer.answers(data.validation(), batch);
    return Score.of(
            calibration(answers.logits()).calibrated(answers.logits()),
            validationLabels,
            options.noneWeight())
        .withExactMatch(Score.exactMatch(answers.patterns(), data.validation()));
  }

  private TrainedNetwork finished(TorchTrainer trainer) {
    Map<String, float[]> numbers = best();
    trainer.setAveraged(numbers);
    // Without validation wafers the exported graph is held against some that it was trained on.
    List<LabelledWafer> proving =
        data.validation().isEmpty() ? evenly(data.training(), batch) : data.validation();
    TorchTrainer.Answers answers = trainer.answers(proving, batch);
    List<LabelledWafer> embedded = evenly(data.training(), MOST_EMBEDDED);
    Familiarity familiarity = Familiarity.of(trainer.answers(embedded, batch).embeddings());
    FittedCalibration calibration =
        data.validation().isEmpty()
            ? new FittedCalibration(1, balance.logitShift())
            : calibration(answers.logits());
    return new TrainedNetwork(
        network,
        numbers,
        calibration,
        familiarity,
        new TrainedNetwork.Proof(proving, answers),
        data,
        options,
        start.map(TrainingStart::card),
        List.copyOf(history));
  }

  private static List<LabelledWafer> evenly(List<LabelledWafer> wafers, int most) {
    int taken = Math.min(most, wafers.size());
    return IntStream.range(0, taken)
        .mapToObj(i -> wafers.get((int) ((long) i * wafers.size() / taken)))
        .toList();
  }

  private FittedCalibration calibration(float[][] logits) {
    return FittedCalibration.fit(
        logits, validationLabels, balance.logitShift(), options.noneWeight());
  }

  private boolean stalled() {
    int patience = options.schedule().patience();
    return patience > 0 && !history.isEmpty() && history.size() - bestReport().epoch() >= patience;
  }

  private EpochReport bestReport() {
    EpochReport found = history.getFirst();
    for (EpochReport report : history) {
      found = report.best() ? report : found;
    }
    return found;
  }

  private Map<String, float[]> best() {
    if (best == null) {
      throw new IllegalStateException("no epoch has ended");
    }
    return best;
  }

  private void save(TorchTrainer trainer) {
    Map<String, float[]> numbers = new LinkedHashMap<>(trainer.state());
    best().forEach((name, values) -> numbers.put(BEST + name, values));
    new Checkpoint(fingerprint(), trainer.steps(), history, numbers).write(checkpoint);
  }

  private void resume(TorchTrainer trainer) {
    Checkpoint saved = Checkpoint.read(checkpoint, fingerprint());
    trainer.set(saved.numbers(), saved.steps());
    history.addAll(saved.history());
    best = part(saved.numbers(), BEST);
  }

  /** The arrays whose names begin so, without that beginning. */
  static Map<String, float[]> part(Map<String, float[]> numbers, String prefix) {
    Map<String, float[]> part = new LinkedHashMap<>();
    numbers.forEach(
        (name, values) -> {
          if (name.startsWith(prefix)) {
            part.put(name.substring(prefix.length()), values);
          }
        });
    return part;
  }

  private String fingerprint() {
    CRC32 crc = new CRC32();
    for (List<LabelledWafer> wafers : List.of(data.training(), data.validation())) {
      for (LabelledWafer wafer : wafers) {
        crc.update(wafer.labels().getBytes(StandardCharsets.UTF_8));
        crc.update(wafer.wafer().cells());
      }
    }
    return "%s%s%s; data %,d + %,d wafers, CRC %08x"
        .formatted(
            options,
            start.map(from -> ", from " + from.id()).orElse(""),
            soft.map(said -> ", taught by " + said.words()).orElse(""),
            data.training().size(),
            data.validation().size(),
            crc.getValue());
  }

  private static Map<String, Double> byLabel(List<Double> recalls) {
    Map<String, Double> byLabel = new LinkedHashMap<>();
    for (DefectPattern pattern : DefectPattern.values()) {
      if (!Double.isNaN(recalls.get(pattern.id()))) {
        byLabel.put(pattern.label(), recalls.get(pattern.id()));
      }
    }
    return byLabel;
  }

  /** Label ids; {@link #SEVERAL} for a wafer with several patterns. */
  private static int[] labels(List<LabelledWafer> wafers) {
    return wafers.stream()
        .mapToInt(wafer -> wafer.patterns().size() == 1 ? wafer.label().id() : SEVERAL)
        .toArray();
  }
}
