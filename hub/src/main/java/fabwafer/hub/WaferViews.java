package fabwafer.hub;

import fabwafer.hub.analytics.AnalyticsRoutes;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.catalogue.DeviceRoutes;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.classification.StatisticsRoutes;
import fabwafer.hub.database.Database;
import fabwafer.hub.groundtruth.GroundTruthStore;
import fabwafer.hub.image.EvidenceRoutes;
import fabwafer.hub.image.ExplanationRoutes;
import fabwafer.hub.image.ExportRoutes;
import fabwafer.hub.image.ImageRoutes;
import fabwafer.hub.image.UnclassifiedRoutes;
import fabwafer.hub.image.ZoneRoutes;
import fabwafer.hub.live.LiveRoutes;
import fabwafer.hub.pattern.ProvisionalPatterns;
import fabwafer.hub.quarantine.QuarantineRoutes;
import fabwafer.hub.upload.UploadRoutes;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import java.util.List;

/** The routes that show wafers, or take them in by hand; they keep nothing themselves. */
final class WaferViews implements RouteSource {
  private final Foundation base;
  private final Stores stores;
  private final Models models;
  private final IngestLine line;

  WaferViews(Foundation base, Stores stores, Models models, IngestLine line) {
    this.base = base;
    this.stores = stores;
    this.models = models;
    this.line = line;
  }

  @Override
  public void addTo(Routes routes) {
    Database database = base.database();
    Archive archive = stores.archive();
    ClassificationStore classifications = stores.classifications();
    GroundTruthStore groundTruths = stores.groundTruths();
    List<RouteSource> sources =
        List.of(
            new DeviceRoutes(stores.catalogue()),
            new ImageRoutes(
                classifications, archive, groundTruths, new ProvisionalPatterns(database)),
            new ExportRoutes(classifications, archive, groundTruths),
            new ZoneRoutes(archive),
            new EvidenceRoutes(classifications, archive, groundTruths, models::champion),
            new UploadRoutes(
                base.config().upload(),
                models::champion,
                classifications,
                line,
                base.audit(),
                base.clock()),
            new ExplanationRoutes(classifications, archive, models::champion),
            new StatisticsRoutes(classifications),
            new AnalyticsRoutes(database, base.audit(), base.clock()),
            new LiveRoutes(
                database,
                stores.catalogue(),
                classifications,
                groundTruths,
                stores.alarms(),
                models::champion,
                base.clock()),
            new UnclassifiedRoutes(archive),
            new QuarantineRoutes(stores.quarantine()));
    sources.forEach(source -> source.addTo(routes));
  }
}
