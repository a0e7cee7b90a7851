package fabwafer.hub;

import fabwafer.hub.delivery.Delivery;
import fabwafer.hub.delivery.DeliveryTools;
import fabwafer.hub.delivery.RegistryChampions;
import fabwafer.hub.pipeline.Pipeline;
import fabwafer.hub.pipeline.PipelineRoutes;
import fabwafer.hub.registry.ModelRoutes;
import fabwafer.hub.shadow.Shadow;
import fabwafer.hub.shadow.ShadowRoutes;
import fabwafer.hub.watch.Watch;
import fabwafer.hub.watch.WatchRoutes;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import io.micrometer.core.instrument.MeterRegistry;

/** A model's life after its training: pipeline, test in the shadow, delivery to devices, watch. */
final class Lifecycle implements RouteSource {
  private final Foundation base;
  private final Models models;
  private final Alarming alarming;
  private final Delivery delivery;
  private final Pipeline pipeline;

  private Lifecycle(
      Foundation base, Models models, Alarming alarming, Delivery delivery, Pipeline pipeline) {
    this.base = base;
    this.models = models;
    this.alarming = alarming;
    this.delivery = delivery;
    this.pipeline = pipeline;
  }

  /** Opens the delivery; it begins with {@link Delivery#start}. */
  static Lifecycle open(
      Foundation base,
      Stores stores,
      Models models,
      Alarming alarming,
      MeterRegistry metrics,
      IngestLine line) {
    Delivery delivery =
        base.open()
            .add(
                new Delivery(
                    base.config().data(),
                    base.config().delivery(),
                    new DeliveryTools(
                        base.database(),
                        base.audit(),
                        stores.catalogue(),
                        new RegistryChampions(models.registry(), models.promotion()),
                        alarming.alarms().system(),
                        base.clock()),
                    line));
    Watch.measure(base.database(), metrics);
    Pipeline pipeline =
        new Pipeline(
            base.config().data(),
            new Pipeline.Parts(
                base.database(),
                base.audit(),
                stores.archive(),
                models.registry(),
                models.promotion(),
                alarming.alarms().system()),
            base.config().pipeline(),
            base.config().alarm().threshold(),
            base.clock());
    return new Lifecycle(base, models, alarming, delivery, pipeline);
  }

  Delivery delivery() {
    return delivery;
  }

  Pipeline pipeline() {
    return pipeline;
  }

  @Override
  public void addTo(Routes routes) {
    delivery.routes().addTo(routes);
    new ModelRoutes(models.registry(), models.promotion()).addTo(routes);
    new ShadowRoutes(models.registry(), new Shadow(base.database())).addTo(routes);
    new WatchRoutes(base.database(), models.registry(), alarming.alarms().system(), base.audit())
        .addTo(routes);
    new PipelineRoutes(pipeline).addTo(routes);
  }
}
