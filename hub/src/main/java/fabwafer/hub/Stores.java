package fabwafer.hub;

import fabwafer.hub.alarm.AlarmStore;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.catalogue.Catalogue;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.database.Database;
import fabwafer.hub.groundtruth.GroundTruthStore;
import fabwafer.hub.quarantine.QuarantineStore;

/** What the hub keeps of wafers, cameras and alarms. */
record Stores(
    ClassificationStore classifications,
    Archive archive,
    Catalogue catalogue,
    AlarmStore alarms,
    QuarantineStore quarantine,
    GroundTruthStore groundTruths) {

  static Stores of(Foundation base) {
    Database database = base.database();
    return new Stores(
        new ClassificationStore(database),
        new Archive(base.config().archive(), database),
        new Catalogue(database),
        new AlarmStore(database),
        new QuarantineStore(database, base.config().quarantine()),
        new GroundTruthStore(database));
  }
}
