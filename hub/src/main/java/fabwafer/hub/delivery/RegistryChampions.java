package fabwafer.hub.delivery;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.registry.ModelException;
import fabwafer.hub.registry.ModelRegistry;
import fabwafer.hub.registry.Promotion;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hub's registry, as delivery sees it. */
public final class RegistryChampions implements Champions {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryChampions.class);

  private final ModelRegistry registry;
  private final Promotion promotion;

  public RegistryChampions(ModelRegistry registry, Promotion promotion) {
    this.registry = registry;
    this.promotion = promotion;
  }

  @Override
  public Optional<String> champion() {
    return registry.inUse().champion();
  }

  @Override
  public Path file(String model) {
    return registry.file(model);
  }

  @Override
  public void goBack(String bad, String reason) {
    if (!registry.inUse().champion().equals(Optional.of(bad))) {
      return;
    }
    try {
      promotion.rollback(Actor.HUB, reason);
    } catch (ModelException e) {
      LOG.error("model {} stays champion: {}", bad, e.getMessage());
    }
  }
}
