package fabwafer.hub;

import fabwafer.hub.analytics.YieldFollower;
import fabwafer.hub.following.Following;
import fabwafer.hub.following.FollowingConfig;
import fabwafer.hub.pipeline.Pipeline;
import fabwafer.hub.pipeline.PipelineSchedule;
import fabwafer.hub.registry.RegistryWatch;
import fabwafer.hub.retention.Retention;
import fabwafer.hub.retention.RetentionSchedule;
import fabwafer.hub.shadow.ShadowFollower;
import fabwafer.hub.watch.CoverageWatch;
import fabwafer.hub.web.Health;
import java.util.List;

/**
 * What goes on beside ingest: followers of every wafer, retention, watches, the pipeline's clock.
 */
final class Background {
  private Background() {}

  /** Opens and starts each, in this order. */
  static void start(
      Foundation base,
      Stores stores,
      Models models,
      Alarming alarming,
      Reviewing reviewing,
      Pipeline pipeline,
      Watching watching) {
    OpenParts open = base.open();
    HubConfig config = base.config();
    Following following =
        open.add(
            new Following(
                base.database(),
                stores.archive(),
                List.of(
                    reviewing.follower(alarming),
                    new YieldFollower(),
                    new ShadowFollower(models.served()::challenger, watching.metrics().registry())),
                FollowingConfig.DEFAULT,
                watching.metrics().registry(),
                base.clock()));
    watching.health().addOptional("followers", () -> health(following));
    following.start();
    open.add(reviewing.catchUp()).start();
    open.add(
            new RetentionSchedule(
                new Retention(
                    config.data(),
                    base.database(),
                    stores.archive(),
                    base.audit(),
                    config.retention(),
                    base.clock())))
        .start();
    open.add(
            new CoverageWatch(
                new CoverageWatch.Parts(
                    base.database(),
                    stores.classifications(),
                    models.registry(),
                    alarming.alarms().system()),
                config.review(),
                models.tightened()))
        .start();
    open.add(new RegistryWatch(models.registry())).start();
    open.add(new PipelineSchedule(pipeline)).start();
  }

  private static Health.State health(Following following) {
    return following
        .trouble()
        .map(Health.State::down)
        .orElse(Health.State.up("every follower gets on"));
  }
}
