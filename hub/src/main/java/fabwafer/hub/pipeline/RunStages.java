package fabwafer.hub.pipeline;

import fabwafer.classifier.ClassifierException;
import fabwafer.hub.HubException;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.pipeline.PipelineRun.Stage;
import fabwafer.hub.pipeline.PipelineRun.State;
import fabwafer.hub.registry.ModelOrigin;
import fabwafer.hub.registry.ModelRegistry;
import fabwafer.hub.registry.ModelRegistry.Arrival;
import fabwafer.hub.registry.ModelStage;
import fabwafer.hub.registry.Promotion;
import fabwafer.hub.registry.RegisteredModel;
import fabwafer.hub.shadow.Shadow;
import fabwafer.hub.shadow.ShadowFigures;
import fabwafer.hub.snapshot.Snapshot;
import fabwafer.hub.snapshot.Snapshots;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What a run does at each stage. Each stage's end is in the database before the next begins, and
 * each can be done again. On the thread that drives the run.
 */
final class RunStages {
  private final RunJournal journal;
  private final PipelineConfig config;
  private final ModelRegistry registry;
  private final Promotion promotion;
  private final Snapshots snapshots;
  private final GateStage gate;
  private final Shadow shadow;
  private final InstantSource clock;

  RunStages(
      Pipeline.Parts parts,
      RunJournal journal,
      PipelineConfig config,
      Snapshots snapshots,
      GateStage gate,
      InstantSource clock) {
    this.journal = journal;
    this.config = config;
    this.registry = parts.registry();
    this.promotion = parts.promotion();
    this.snapshots = snapshots;
    this.gate = gate;
    this.shadow = new Shadow(parts.database());
    this.clock = clock;
  }

  /** Does a run's stage; answers whether the next can be done now. */
  boolean step(PipelineRun run) throws InterruptedException {
    try {
      switch (run.stage()) {
        case SNAPSHOT -> snapshot(run);
        case TRAIN -> train(run);
        case GATE -> gate.judge(run, requireCandidate(run));
        case TEST -> {
          return test(run);
        }
        case APPROVAL -> approval(run);
        case DELIVERY -> deliver(run);
      }
    } catch (HubException | ClassifierException e) {
      journal.end(run, State.FAILED, String.valueOf(e.getMessage()));
    }
    return true;
  }

  private void snapshot(PipelineRun run) {
    RegisteredModel champion =
        registry.champion().orElseThrow(() -> new HubException("there is no champion to train"));
    Snapshot made = snapshots.make();
    journal.snapshotMade(run, made, champion.id());
    journal.tell(
        run,
        "snapshot %s: %,d wafers of %,d lots to learn from %s, %,d held out, left out %s"
            .formatted(
                made.id(),
                made.training(),
                made.lots(),
                made.labels(),
                made.heldOut(),
                made.leftOut()));
    journal.move(run, Stage.TRAIN);
  }

  private void train(PipelineRun run) throws InterruptedException {
    Snapshot snapshot = snapshots.find(run.snapshot().orElseThrow());
    Path out = journal.folder().resolve("model-" + run.id());
    journal.tell(run, "training from " + run.parent().orElseThrow());
    boolean trained =
        new TrainingProcess(config, out, journal.log(run.id()))
            .run(
                snapshot.trainingFile().toAbsolutePath(),
                registry.file(run.parent().orElseThrow()).toAbsolutePath(),
                () -> !journal.require(run.id()).open(),
                (epoch, epochs) -> journal.epochDone(run, epoch, epochs));
    if (!trained) {
      journal.tell(run, "the training was cancelled");
      return;
    }
    RegisteredModel added =
        registry.add(
            Actor.HUB,
            out,
            new Arrival(ModelOrigin.TRAINING, run.snapshot(), Optional.of(run.why())));
    journal.candidateMade(run, added.id());
    journal.tell(run, "trained " + added.id());
    journal.move(run, Stage.GATE);
  }

  /** Answers whether the candidate has run in shadow for long enough, or is in test no longer. */
  private boolean test(PipelineRun run) {
    RegisteredModel model = requireCandidate(run);
    if (model.stage() == ModelStage.CANDIDATE) {
      boolean wasInTest =
          registry.events(model.id()).stream()
              .anyMatch(
                  event ->
                      event.action().equals(Promotion.TESTING)
                          && event.atMillis() >= run.startedMillis());
      if (wasInTest) {
        journal.move(run, Stage.APPROVAL);
        return true;
      }
      promotion.test(Actor.HUB, model.id(), Optional.empty());
      journal.tell(
          run,
          "in test: runs in shadow for %,d wafers or %s"
              .formatted(config.shadow().wafers(), config.shadow().soak()));
    }
    Optional<ShadowFigures> figures = shadow.figures(model.id());
    long wafers = figures.map(ShadowFigures::wafers).orElse(0L);
    long since = figures.map(ShadowFigures::sinceMillis).orElse(run.startedMillis());
    boolean stillInTest =
        registry.require(model.id()).stage() == ModelStage.TEST
            && wafers < config.shadow().wafers()
            && clock.millis() - since < config.shadow().soak().toMillis();
    if (stillInTest) {
      String progress = "in shadow: %,d of %,d wafers".formatted(wafers, config.shadow().wafers());
      if (!run.message().equals(Optional.of(progress))) {
        journal.move(run, Stage.TEST, State.RUNNING, Optional.of(progress));
      }
      return false;
    }
    figures.ifPresent(shown -> journal.tell(run, "shadow: " + shown.line()));
    journal.tell(run, "waits for %d to approve".formatted(promotion.approvers()));
    journal.move(
        run,
        Stage.APPROVAL,
        State.WAITING,
        Optional.of("approve or reject model " + model.shortId()));
    return true;
  }

  private void approval(PipelineRun run) {
    RegisteredModel model = requireCandidate(run);
    switch (model.stage()) {
      case CHALLENGER, CHAMPION -> journal.move(run, Stage.DELIVERY);
      case TEST -> {}
      case CANDIDATE -> journal.end(run, State.FAILED, "another model took its place in test");
      case RETIRED ->
          journal.end(run, State.FAILED, "rejected: " + model.note().orElse("no reason given"));
    }
  }

  private void deliver(PipelineRun run) {
    RegisteredModel model = requireCandidate(run);
    if (model.stage() == ModelStage.CHALLENGER) {
      promotion.deploy(Actor.HUB, model.id());
    }
    journal.tell(run, "delivered: " + model.id() + " is the champion");
    journal.end(run, State.DONE, "model " + model.shortId() + " is the champion");
  }

  /** The model that came of a run so far, or that was given. */
  Optional<RegisteredModel> candidate(PipelineRun run) {
    return run.candidate().map(registry::require);
  }

  private RegisteredModel requireCandidate(PipelineRun run) {
    return candidate(run).orElseThrow(() -> new HubException("no candidate"));
  }
}
