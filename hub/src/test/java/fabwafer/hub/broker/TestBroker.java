package fabwafer.hub.broker;

import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.audit.RepeatedEvents;
import fabwafer.hub.certificate.CertificateAuthority;
import fabwafer.hub.database.Database;
import fabwafer.hub.device.DeviceGate;
import fabwafer.hub.device.Devices;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** The embedded broker with devices of its own, in a folder. */
public final class TestBroker implements AutoCloseable {
  final Database database;
  final AuditLog audit;
  final CertificateAuthority authority;
  final Devices devices;
  final EmbeddedBroker broker;
  private final RepeatedEvents strangers;
  private final DeviceGate gate;

  private TestBroker(Path folder, BrokerConfig.Embedded config) {
    Clock clock = Clock.systemUTC();
    database = Database.open(folder);
    audit = new AuditLog(database, clock);
    strangers = new RepeatedEvents(audit, clock);
    authority = CertificateAuthority.open(folder, clock);
    devices = new Devices(database, audit, authority, clock);
    gate = new DeviceGate(devices, clock);
    try {
      broker =
          EmbeddedBroker.start(
              config,
              folder.resolve("broker"),
              new EmbeddedBroker.Parts(
                  () -> true,
                  gate,
                  strangers,
                  new SimpleMeterRegistry(),
                  authority,
                  authority.server(List.of())));
    } catch (RuntimeException e) {
      closeParts();
      throw e;
    }
  }

  /** Starts one; as the hub's own, it fails where the configuration says so. */
  public static TestBroker start(Path folder, BrokerConfig.Embedded config) {
    return new TestBroker(folder, config);
  }

  /** How the hub reaches it. */
  public BrokerAddress address() {
    return broker.address();
  }

  @Override
  public void close() {
    broker.close();
    closeParts();
  }

  private void closeParts() {
    gate.close();
    strangers.close();
    database.close();
  }
}
