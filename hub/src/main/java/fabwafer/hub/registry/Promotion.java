package fabwafer.hub.registry;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.database.Database;
import fabwafer.hub.registry.ModelException.Reason;
import fabwafer.hub.registry.RegisteredModel.Approval;
import fabwafer.hub.registry.RegisteredModel.Verdict;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ObjectNode;

/**
 * The steps of a model from candidate to champion and back: gate, test, approval, deployment,
 * rollback. Each is one transaction with its entry in the audit; whoever follows the registry is
 * told before it returns.
 */
public final class Promotion {
  /** What the history of a model says where it was put into test. */
  public static final String TESTING = "model.testing";

  private final ModelRegistry registry;
  private final AuditLog audit;
  private final ModelTrail trail;
  private final int approvers;
  private final InstantSource clock;

  /**
   * A person and how the audit names them.
   *
   * @param person who signs: the same for a session and all tokens of one account
   */
  public record Signer(String person, Actor actor) {
    /** Whoever works on the data folder itself. */
    public static Signer operator() {
      return new Signer(Actor.operator().name(), Actor.operator());
    }
  }

  /**
   * The steps of a registry's models.
   *
   * @param approvers persons who must approve a model, at least 1
   */
  public Promotion(ModelRegistry registry, AuditLog audit, int approvers, InstantSource clock) {
    this.registry = registry;
    this.audit = audit;
    this.trail = new ModelTrail(audit, clock);
    this.approvers = approvers;
    this.clock = clock;
  }

  /** Persons who must approve a model before it can be deployed. */
  public int approvers() {
    return approvers;
  }

  /** Keeps what the gate said of a model. */
  public void judged(Actor actor, String name, Verdict verdict) {
    audit.write(
        handle -> {
          RegisteredModel model = ModelRegistry.require(handle, name);
          ModelRows.addVerdict(handle, model.id(), verdict);
          ObjectNode detail = AuditLog.detail().put("passed", verdict.passed());
          verdict.champion().ifPresent(champion -> detail.put("champion", champion));
          trail.add(handle, actor, model.id(), "model.judged", detail);
          return model.id();
        });
  }

  /**
   * Puts a candidate into test: it runs in shadow. The model that was there becomes a candidate
   * again, and its approvals go.
   *
   * @param override why it may though the gate did not pass it; audited
   * @throws ModelException if it is no candidate, or the gate stands against it
   */
  public RegisteredModel test(Actor actor, String name, Optional<String> override) {
    return step(
        handle -> {
          RegisteredModel model = ModelRegistry.require(handle, name);
          requireStage(model, "put into test", ModelStage.CANDIDATE);
          requirePassed(model, override);
          ModelRows.idInStage(handle, ModelStage.TEST, ModelStage.CHALLENGER)
              .ifPresent(
                  earlier -> {
                    ModelRows.clearApprovals(handle, earlier);
                    ModelRows.setStage(handle, earlier, ModelStage.CANDIDATE);
                    trail.add(handle, actor, earlier, "model.displaced", AuditLog.detail());
                  });
          ModelRows.setStage(handle, model.id(), ModelStage.TEST);
          trail.add(handle, actor, model.id(), TESTING, overridden(override));
          return model.id();
        });
  }

  /**
   * A person's approval of the model in test; with enough of them it becomes the challenger that
   * may be deployed.
   *
   * @param override why it may though the gate did not pass it; audited
   * @throws ModelException if it is not in test, the gate stands against it, or that person has
   *     approved it already
   */
  public RegisteredModel approve(
      Signer signer, String name, Optional<String> comment, Optional<String> override) {
    return step(
        handle -> {
          RegisteredModel model = ModelRegistry.require(handle, name);
          requireStage(model, "approved", ModelStage.TEST);
          requirePassed(model, override);
          if (model.approvals().stream().anyMatch(a -> a.person().equals(signer.person()))) {
            throw new ModelException(
                Reason.CONFLICT,
                "%s has approved model %s already; %d of %d persons have"
                    .formatted(
                        signer.person(), model.shortId(), model.approvals().size(), approvers));
          }
          ModelRows.approve(
              handle, model.id(), new Approval(signer.person(), clock.millis(), comment));
          int have = model.approvals().size() + 1;
          ObjectNode detail = overridden(override).put("approvals", have).put("needed", approvers);
          comment.ifPresent(text -> detail.put("comment", text));
          trail.add(handle, signer.actor(), model.id(), "model.approved", detail);
          if (have >= approvers) {
            ModelRows.setStage(handle, model.id(), ModelStage.CHALLENGER);
          }
          return model.id();
        });
  }

  /**
   * Retires a model that is not the champion.
   *
   * @throws ModelException if it is the champion, or retired
   */
  public RegisteredModel reject(Actor actor, String name, String reason) {
    return step(
        handle -> {
          RegisteredModel model = ModelRegistry.require(handle, name);
          requireStage(
              model, "rejected", ModelStage.CANDIDATE, ModelStage.TEST, ModelStage.CHALLENGER);
          ModelRows.clearApprovals(handle, model.id());
          ModelRows.setStage(handle, model.id(), ModelStage.RETIRED);
          ModelRows.setNote(handle, model.id(), reason);
          trail.add(
              handle, actor, model.id(), "model.rejected", AuditLog.detail().put("reason", reason));
          return model.id();
        });
  }

  /**
   * Makes the approved challenger the champion; the champion before it is retired.
   *
   * @throws ModelException if it is not approved
   */
  public RegisteredModel deploy(Actor actor, String name) {
    return step(
        handle -> {
          RegisteredModel model = ModelRegistry.require(handle, name);
          requireStage(model, "deployed", ModelStage.CHALLENGER);
          crown(handle, actor, model.id(), "model.deployed", AuditLog.detail());
          return model.id();
        });
  }

  /**
   * Goes back to the champion before this one; a champion that was taken back is not gone back to.
   *
   * @throws ModelException if there was none
   */
  public RegisteredModel rollback(Actor actor, String reason) {
    return step(
        handle -> {
          String bad =
              ModelRows.idInStage(handle, ModelStage.CHAMPION)
                  .orElseThrow(() -> ModelRegistry.notFound("there is no champion"));
          String before =
              ModelRows.before(handle, bad)
                  .orElseThrow(
                      () ->
                          new ModelException(
                              Reason.CONFLICT,
                              "there is no champion before %s to go back to"
                                  .formatted(bad.substring(0, 12))));
          ModelRows.markRolledBack(handle, bad);
          ModelRows.setNote(handle, bad, reason);
          ObjectNode detail = AuditLog.detail().put("from", bad).put("reason", reason);
          trail.add(
              handle, actor, bad, "model.taken-back", AuditLog.detail().put("reason", reason));
          crown(handle, actor, before, "model.rolled-back", detail);
          return before;
        });
  }

  private void crown(Handle handle, Actor actor, String id, String action, ObjectNode detail) {
    ModelRows.idInStage(handle, ModelStage.CHAMPION)
        .ifPresent(
            champion -> {
              ModelRows.setStage(handle, champion, ModelStage.RETIRED);
              detail.put("before", champion);
            });
    ModelRows.setStage(handle, id, ModelStage.CHAMPION);
    ModelRows.addChampion(handle, id, clock.millis());
    trail.add(handle, actor, id, action, detail);
  }

  private RegisteredModel step(Database.Work<String> work) {
    RegisteredModel done = audit.write(handle -> ModelRegistry.require(handle, work.on(handle)));
    registry.refresh();
    return done;
  }

  private static void requireStage(RegisteredModel model, String what, ModelStage... stages) {
    if (!List.of(stages).contains(model.stage())) {
      throw new ModelException(
          Reason.CONFLICT,
          "model %s is %s; only a model that is %s can be %s"
              .formatted(
                  model.shortId(),
                  model.stage().word(),
                  String.join(" or ", List.of(stages).stream().map(ModelStage::word).toList()),
                  what));
    }
  }

  private static void requirePassed(RegisteredModel model, Optional<String> override) {
    boolean passed = model.verdict().map(Verdict::passed).orElse(false);
    if (!passed && override.isEmpty()) {
      throw new ModelException(
          Reason.CONFLICT,
          "%s; it needs an override with a reason"
              .formatted(
                  model.verdict().isPresent()
                      ? "the gate did not pass model " + model.shortId()
                      : "the gate has not judged model " + model.shortId()));
    }
  }

  private static ObjectNode overridden(Optional<String> override) {
    ObjectNode detail = AuditLog.detail();
    override.ifPresent(reason -> detail.put("override", reason));
    return detail;
  }
}
