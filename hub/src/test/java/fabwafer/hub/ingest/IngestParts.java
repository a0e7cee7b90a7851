package fabwafer.hub.ingest;

import fabwafer.hub.alarm.Alarm;
import fabwafer.hub.alarm.AlarmConfig;
import fabwafer.hub.alarm.AlarmStore;
import fabwafer.hub.alarm.Alarms;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.broker.BrokerAddress;
import fabwafer.hub.catalogue.Camera;
import fabwafer.hub.catalogue.Catalogue;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.database.Database;
import fabwafer.hub.hold.Holds;
import fabwafer.hub.quarantine.QuarantineConfig;
import fabwafer.hub.quarantine.QuarantineStore;
import fabwafer.hub.quarantine.RefusedMessage;
import fabwafer.hub.rule.AlarmRules;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** Ingest with everything it stores with, on a folder; no broker. */
final class IngestParts implements AutoCloseable {
  final Path images;
  final Database database;
  final Archive archive;
  final Catalogue catalogue;
  final ClassificationStore classifications;
  final AlarmStore alarms;
  final QuarantineStore quarantine;
  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  final Told told = new Told();
  final Ingest ingest;

  IngestParts(Path folder, BrokerAddress broker) {
    this(folder, broker, IngestConfig.DEFAULT);
  }

  IngestParts(Path folder, BrokerAddress broker, IngestConfig config) {
    images = folder.resolve("archive");
    database = Database.open(folder);
    archive = new Archive(images, database);
    catalogue = new Catalogue(database);
    classifications = new ClassificationStore(database);
    alarms = new AlarmStore(database);
    quarantine = new QuarantineStore(database, QuarantineConfig.DEFAULT);
    Clock clock = Clock.systemUTC();
    Alarms told =
        new Alarms(
            database,
            alarms,
            AlarmConfig.DEFAULT,
            "test",
            clock,
            this.told::alarmed,
            Optional.empty());
    AlarmRules rules =
        new AlarmRules(
            database, told, new Holds(database, told, metrics, clock), AlarmConfig.DEFAULT, clock);
    ingest =
        new Ingest(
            broker,
            config,
            new Ingest.Stores(
                database,
                archive,
                catalogue,
                classifications,
                rules,
                quarantine,
                DeviceModels.NONE,
                UnaryOperator.identity()),
            this.told,
            metrics,
            clock);
  }

  /** Messages committed and acknowledged: {@code stored}, {@code duplicate} or {@code refused}. */
  long count(String outcome) {
    return (long) metrics.get("fabwafer.ingest.messages").tag("outcome", outcome).counter().count();
  }

  @Override
  public void close() {
    ingest.close();
    database.close();
  }

  /** What the listener heard. */
  static final class Told implements IngestListener {
    final List<Object> events = new CopyOnWriteArrayList<>();

    @Override
    public void classified(Classification classification) {
      events.add(classification);
    }

    @Override
    public void archived(ArchivedImage image) {
      events.add(image);
    }

    @Override
    public void alarmed(Alarm alarm) {
      events.add(alarm);
    }

    @Override
    public void cameraChanged(Camera camera) {
      events.add(camera);
    }

    @Override
    public void refused(RefusedMessage message) {
      events.add(message);
    }
  }
}
