package fabwafer.hub;

import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.following.WaferFollower;
import fabwafer.hub.groundtruth.GroundTruthRoutes;
import fabwafer.hub.groundtruth.GroundTruthStore;
import fabwafer.hub.groundtruth.Labels;
import fabwafer.hub.pattern.PatternMatcher;
import fabwafer.hub.pattern.PatternRoutes;
import fabwafer.hub.pattern.Patterns;
import fabwafer.hub.review.Review;
import fabwafer.hub.review.ReviewIntake;
import fabwafer.hub.review.ReviewRoutes;
import fabwafer.hub.similarity.EmbeddingCatchUp;
import fabwafer.hub.similarity.EmbeddingFollower;
import fabwafer.hub.similarity.Embeddings;
import fabwafer.hub.similarity.SimilarWafers;
import fabwafer.hub.similarity.SimilarityRoutes;
import fabwafer.hub.watch.DriftWatch;
import fabwafer.hub.web.LiveEvents;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.util.List;

/** What people say of wafers: labels, reviews, new patterns; and the wafers most like one. */
final class Reviewing implements RouteSource {
  private final Foundation base;
  private final Stores stores;
  private final Models models;
  private final Embeddings embeddings;
  private final SimilarWafers similar;
  private final Labels labels;
  private final Review review;

  Reviewing(Foundation base, Stores stores, Models models, LiveEvents events) {
    this.base = base;
    this.stores = stores;
    this.models = models;
    this.embeddings = new Embeddings(base.database());
    this.similar = new SimilarWafers(embeddings, SimilarWafers.DEFAULT_LIMIT);
    this.labels =
        new Labels(
            stores.groundTruths(), stores.classifications(), events, base.audit(), base.clock());
    this.review = new Review(base.database(), base.config().review(), base.clock());
  }

  @Override
  public void addTo(Routes routes) {
    ClassificationStore classifications = stores.classifications();
    GroundTruthStore groundTruths = stores.groundTruths();
    new SimilarityRoutes(
            classifications, groundTruths, stores.archive(), embeddings, similar, models::champion)
        .addTo(routes);
    new GroundTruthRoutes(groundTruths, labels, review).addTo(routes);
    new ReviewRoutes(review, classifications, labels).addTo(routes);
    Patterns patterns =
        new Patterns(
            classifications,
            groundTruths,
            labels,
            review,
            embeddings,
            similar,
            base.audit(),
            base.clock());
    new PatternRoutes(
            base.database(),
            classifications,
            groundTruths,
            labels,
            patterns,
            embeddings,
            models::champion)
        .addTo(routes);
  }

  /** Embeds every wafer, gives some out for review, matches new patterns, watches drift. */
  WaferFollower follower(Alarming alarming) {
    return new EmbeddingFollower(
        embeddings,
        similar,
        models::champion,
        List.of(
            new ReviewIntake(
                stores.classifications(), stores.groundTruths(), base.config().review()),
            new PatternMatcher(
                base.database(),
                stores.classifications(),
                stores.archive(),
                embeddings,
                models::champion),
            new DriftWatch(alarming.alarms().system(), base.config().watch())));
  }

  /** Embeds the wafers that were stored before the champion came. */
  EmbeddingCatchUp catchUp() {
    return new EmbeddingCatchUp(
        base.database(),
        embeddings,
        stores.classifications(),
        stores.archive(),
        models::champion,
        SimilarWafers.DEFAULT_LIMIT);
  }
}
