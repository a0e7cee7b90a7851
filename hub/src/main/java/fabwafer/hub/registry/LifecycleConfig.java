package fabwafer.hub.registry;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How models come into use.
 *
 * @param firstModel the champion of a hub that has none yet: a model's folder or zip
 * @param approvers persons who must approve a model before it can be deployed, 1 to {@link
 *     #MAX_APPROVERS}
 */
public record LifecycleConfig(Optional<Path> firstModel, int approvers) {
  public static final int MAX_APPROVERS = 10;

  /** One approver, no model. */
  public static final LifecycleConfig DEFAULT = new LifecycleConfig(Optional.empty(), 1);

  public LifecycleConfig {
    if (approvers < 1 || approvers > MAX_APPROVERS) {
      throw new IllegalArgumentException("approvers must be 1 to " + MAX_APPROVERS);
    }
  }

  /** The same with the model that comes with the program. */
  public LifecycleConfig withFirstModel(Optional<Path> model) {
    return new LifecycleConfig(model, approvers);
  }
}
