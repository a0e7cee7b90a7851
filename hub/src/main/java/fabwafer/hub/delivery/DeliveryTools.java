package fabwafer.hub.delivery;

import fabwafer.hub.alarm.SystemAlarms;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.catalogue.Catalogue;
import fabwafer.hub.database.Database;
import java.time.InstantSource;

/** What delivery works with. */
public record DeliveryTools(
    Database database,
    AuditLog audit,
    Catalogue catalogue,
    Champions champions,
    SystemAlarms alarms,
    InstantSource clock) {}
