package fabwafer.hub;

import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.audit.RepeatedEvents;
import fabwafer.hub.database.Database;
import java.time.Clock;

/**
 * What every part stands on.
 *
 * @param open takes each part that is to be closed when the hub stops
 * @param strangers notes in the audit what those do who have no right to
 */
record Foundation(
    HubConfig config,
    OpenParts open,
    Clock clock,
    DataFolder folder,
    Database database,
    AuditLog audit,
    RepeatedEvents strangers) {

  /** Opens the data folder and its database. */
  static Foundation open(HubConfig config, OpenParts open) {
    Clock clock = Clock.systemUTC();
    DataFolder folder = open.add(DataFolder.open(config.data()));
    Database database = open.add(Database.open(config.data()));
    AuditLog audit = new AuditLog(database, clock);
    RepeatedEvents strangers = open.add(new RepeatedEvents(audit, clock));
    return new Foundation(config, open, clock, folder, database, audit, strangers);
  }
}
