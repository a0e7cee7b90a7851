package fabwafer.hub.pipeline;

import fabwafer.classifier.Classifier;
import fabwafer.hub.HubException;
import fabwafer.hub.alarm.SystemAlarms;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.gate.Gate;
import fabwafer.hub.gate.GateVerdict;
import fabwafer.hub.pipeline.PipelineRun.Stage;
import fabwafer.hub.pipeline.PipelineRun.State;
import fabwafer.hub.registry.ModelRegistry;
import fabwafer.hub.registry.Promotion;
import fabwafer.hub.registry.RegisteredModel;
import fabwafer.hub.registry.RegisteredModel.Verdict;
import fabwafer.hub.snapshot.Snapshot;
import fabwafer.hub.snapshot.Snapshots;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDatasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Collectors;

/** The stage where the gate judges a candidate against the champion, on wafers held out. */
final class GateStage {
  /** The kind of the alarm of a failed gate. */
  private static final String GATE_FAILED = "gate-failed";

  /** What that alarm is about: it stands until a model passes or a person resolves it. */
  private static final String PIPELINE = "pipeline";

  private final RunJournal journal;
  private final ModelRegistry registry;
  private final Promotion promotion;
  private final SystemAlarms alarms;
  private final Snapshots snapshots;
  private final Gate gate;
  private final InstantSource clock;

  GateStage(
      Pipeline.Parts parts,
      RunJournal journal,
      Snapshots snapshots,
      Gate gate,
      InstantSource clock) {
    this.journal = journal;
    this.registry = parts.registry();
    this.promotion = parts.promotion();
    this.alarms = parts.alarms();
    this.snapshots = snapshots;
    this.gate = gate;
    this.clock = clock;
  }

  /** Judges; the verdict is stored, and a run whose model does not pass ends with an alarm. */
  void judge(PipelineRun run, RegisteredModel model) throws InterruptedException {
    // A model that was brought is measured on what the last snapshot held out.
    Snapshot snapshot = run.snapshot().map(snapshots::find).orElseGet(snapshots::make);
    GateVerdict verdict = judged(model, snapshot);
    promotion.judged(
        Actor.HUB,
        model.id(),
        new Verdict(
            registry.champion().map(RegisteredModel::id),
            clock.millis(),
            verdict.passed(),
            verdict.json().put("snapshot", snapshot.id()).toString()));
    verdict
        .rules()
        .forEach(
            rule ->
                journal.tell(
                    run, "gate: %s %s: %s".formatted(rule.name(), rule.says(), rule.reason())));
    if (verdict.passed()) {
      alarms.clear(GATE_FAILED, PIPELINE);
      journal.move(run, Stage.TEST);
    } else {
      String why =
          "the gate did not pass it: "
              + verdict.rules().stream()
                  .filter(rule -> rule.says() == GateVerdict.Says.FAIL)
                  .map(rule -> rule.name() + " (" + rule.reason() + ")")
                  .collect(Collectors.joining("; "));
      alarms.raise(
          GATE_FAILED, PIPELINE, "run %d, model %s: %s".formatted(run.id(), model.shortId(), why));
      journal.end(run, State.FAILED, why);
    }
  }

  private GateVerdict judged(RegisteredModel model, Snapshot snapshot) throws InterruptedException {
    Path heldOut =
        snapshot
            .heldOutFile()
            .orElseThrow(
                () ->
                    new HubException(
                        "snapshot %s holds out no wafer to judge by; review wafers of more lots"
                            .formatted(snapshot.id())));
    Optional<RegisteredModel> champion =
        registry.champion().filter(other -> !other.id().equals(model.id()));
    try (Classifier candidate = Classifier.open(registry.file(model.id()))) {
      WaferDataset wafers = WaferDatasets.read(heldOut);
      String sha256 = Archive.sha256(Files.readAllBytes(heldOut));
      if (champion.isEmpty()) {
        return gate.judge(candidate, Optional.empty(), wafers, sha256, model.bytes());
      }
      try (Classifier other = Classifier.open(registry.file(champion.get().id()))) {
        return gate.judge(candidate, Optional.of(other), wafers, sha256, model.bytes());
      }
    } catch (IOException e) {
      throw new HubException("cannot read the held-out wafers " + heldOut + ": " + e, e);
    }
  }
}
