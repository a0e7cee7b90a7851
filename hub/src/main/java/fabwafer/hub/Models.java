package fabwafer.hub;

import fabwafer.hub.inference.InferenceRoutes;
import fabwafer.hub.inference.ServedModel;
import fabwafer.hub.inference.ServedModels;
import fabwafer.hub.registry.ModelRegistry;
import fabwafer.hub.registry.Promotion;
import fabwafer.hub.watch.TightenedSets;
import fabwafer.hub.web.RouteSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The models: the registry, those that answer, who may bring one into use.
 *
 * @param tightened the champion's conformal sets where reviews found them too narrow
 */
record Models(
    ModelRegistry registry, ServedModels served, TightenedSets tightened, Promotion promotion) {

  /**
   * Opens the registry and the models in use.
   *
   * @param given what answers while the registry has no champion
   */
  static Models open(Foundation base, Supplier<Optional<ServedModel>> given) {
    ModelRegistry registry =
        new ModelRegistry(base.config().data(), base.database(), base.audit(), base.clock());
    ServedModels served = base.open().add(new ServedModels(given));
    registry.onChange(use -> served.use(use.champion(), use.challenger(), registry::file));
    base.config().lifecycle().firstModel().ifPresent(registry::welcome);
    registry.refresh();
    Promotion promotion =
        new Promotion(registry, base.audit(), base.config().lifecycle().approvers(), base.clock());
    return new Models(registry, served, new TightenedSets(), promotion);
  }

  /** The model whose word the hub gives, as it is now. */
  Optional<ServedModel> champion() {
    return served.champion().map(tightened::of);
  }

  /** Opens the routes that ask a model. */
  RouteSource inference(Foundation base) {
    return base.open()
        .add(
            new InferenceRoutes(
                this::champion, served::challenger, InferenceRoutes.DEFAULT_AT_ONCE));
  }
}
