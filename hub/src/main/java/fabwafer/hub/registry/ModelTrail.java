package fabwafer.hub.registry;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.registry.RegisteredModel.Event;
import java.time.InstantSource;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ObjectNode;

/** What happens to a model is told twice: in the audit, and in the model's own history. */
final class ModelTrail {
  private final AuditLog audit;
  private final InstantSource clock;

  ModelTrail(AuditLog audit, InstantSource clock) {
    this.audit = audit;
    this.clock = clock;
  }

  void add(Handle handle, Actor actor, String model, String action, ObjectNode detail) {
    ModelRows.addEvent(
        handle, model, new Event(clock.millis(), actor.name(), action, detail.toString()));
    audit.append(handle, actor, action, "model:" + model, detail);
  }
}
