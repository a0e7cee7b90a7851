package fabwafer.hub.retention;

import fabwafer.hub.HubException;
import fabwafer.hub.analytics.YieldShrinking;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.backup.Maintenance;
import fabwafer.hub.classification.RemovedWafer;
import fabwafer.hub.database.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Removes what was kept long enough. What a label or an alarm that lasts refers to stays, however
 * old: a wafer that a person reviewed, and the wafers of an alarm that lasts.
 *
 * <p>A kill in the middle leaves files whose removal is noted; the next run removes them.
 */
public final class Retention {
  /** Rows that go in one transaction: ingest never waits long for its turn. */
  private static final int BATCH = 500;

  /** Tables whose rows go with their wafer. */
  private static final List<String> OF_WAFERS =
      List.of(
          "wafer_embeddings",
          "review_wafers",
          "review_leases",
          "shadow_wafers",
          "unfitting_wafers",
          "pattern_wafers");

  /** True of a row {@code old} that nothing holds on to. */
  private static final String UNHELD =
      " not exists (select 1 from reviewed_wafers as held where held.imgid = old.imgid and"
          + " held.timestamp = old.timestamp) and not exists (select 1 from alarm_wafers as held"
          + " join alarms on alarms.id = held.alarm where held.imgid = old.imgid and held.timestamp"
          + " = old.timestamp and alarms.state in ('open', 'acknowledged', 'suppressed'))";

  private final Path data;
  private final Database database;
  private final Archive archive;
  private final YieldShrinking shrinking;
  private final AuditLog audit;
  private final RetentionConfig config;
  private final InstantSource clock;

  /**
   * @param data the hub's data folder
   */
  public Retention(
      Path data,
      Database database,
      Archive archive,
      AuditLog audit,
      RetentionConfig config,
      InstantSource clock) {
    this.data = data;
    this.database = database;
    this.archive = archive;
    this.shrinking = new YieldShrinking(archive);
    this.audit = audit;
    this.config = config;
    this.clock = clock;
  }

  /**
   * What went, or would go.
   *
   * @param imageBytes of the images
   * @param held images and classifications that are old enough, and stay for a label or alarm
   */
  public record Report(
      long images, long imageBytes, long classifications, long quarantine, long audit, long held) {
    /** Whether there was nothing to do. */
    public boolean isEmpty() {
      return images + classifications + quarantine + audit == 0;
    }
  }

  /** What would go now. */
  public Report dryRun() {
    return new Report(
        count("select count(*) from images as old where received < :before and" + UNHELD, images()),
        count(
            "select coalesce(sum(bytes), 0) from images as old where received < :before and"
                + UNHELD,
            images()),
        count(
            "select count(*) from classifications as old where received < :before and" + UNHELD,
            before(config.classifications())),
        count(
            "select count(*) from quarantine where last_received < :before",
            before(config.quarantine())),
        before(config.audit()).map(before -> audit.cut(Actor.HUB, before, true)).orElse(0L),
        held());
  }

  /**
   * Removes it.
   *
   * @param actor who asked for it, for the audit
   * @throws HubException if a backup or another run goes on
   */
  public Report run(Actor actor) {
    try (Maintenance _ = Maintenance.begin(data)) {
      archive.removeDoomed();
      Report planned = dryRun();
      if (planned.isEmpty()) {
        return planned;
      }
      if (images().isPresent()) {
        removeImages(images().get());
      }
      before(config.classifications()).ifPresent(this::removeClassifications);
      before(config.quarantine())
          .ifPresent(
              before ->
                  removeAll(
                      "delete from quarantine where id in (select id from quarantine"
                          + " where last_received < :before limit :batch)",
                      before));
      before(config.audit()).ifPresent(before -> audit.cut(actor, before, false));
      audit.append(
          actor,
          "retention.run",
          "",
          AuditLog.detail()
              .put("images", planned.images)
              .put("classifications", planned.classifications)
              .put("quarantine", planned.quarantine)
              .put("audit", planned.audit));
      return planned;
    } catch (IOException e) {
      throw new HubException("retention: " + e.getMessage(), e);
    }
  }

  private void removeImages(long before) throws IOException {
    List<ArchivedImage> doomed;
    do {
      doomed =
          database.write(
              handle -> {
                List<ArchivedImage> oldest =
                    archive.oldest(handle, "received < :before and" + UNHELD, before, BATCH);
                shrinking.imagesGo(handle, oldest);
                archive.doom(handle, oldest);
                return oldest;
              });
      archive.removeDoomed();
    } while (doomed.size() == BATCH);
  }

  private void removeClassifications(long before) {
    List<RemovedWafer> removed;
    do {
      removed =
          database.write(
              handle -> {
                List<RemovedWafer> gone =
                    RemovedWafer.remove(
                        handle, "received < :before and has_image = 0 and" + UNHELD, before, BATCH);
                YieldShrinking.removed(handle, gone);
                return gone;
              });
    } while (removed.size() == BATCH);
    removeAll(
        "delete from wafer_patterns where (pattern, timestamp, imgid) in"
            + " (select pattern, timestamp, imgid from wafer_patterns as left_over"
            + " where not exists (select 1 from classifications as kept"
            + " where kept.imgid = left_over.imgid and kept.timestamp = left_over.timestamp)"
            + " limit :batch)",
        before);
    for (String table : OF_WAFERS) {
      removeAll(
          ("delete from %1$s where rowid in (select rowid from %1$s as left_over"
                  + " where not exists (select 1 from classifications as kept"
                  + " where kept.imgid = left_over.imgid and kept.timestamp = left_over.timestamp)"
                  + " limit :batch)")
              .formatted(table),
          before);
    }
  }

  private void removeAll(String statement, long before) {
    int removed;
    do {
      removed =
          database.write(
              handle -> {
                var update = handle.createUpdate(statement).bind("batch", BATCH);
                if (statement.contains(":before")) {
                  update.bind("before", before);
                }
                return update.execute();
              });
    } while (removed == BATCH);
  }

  private long held() {
    return count(
            "select count(*) from images as old where received < :before and not (" + UNHELD + ")",
            images())
        + count(
            "select count(*) from classifications as old where received < :before and not ("
                + UNHELD
                + ")",
            before(config.classifications()));
  }

  private long count(String query, Optional<Long> before) {
    return before.map(millis -> database.read(handle -> count(handle, query, millis))).orElse(0L);
  }

  private static long count(Handle handle, String query, long before) {
    return handle.createQuery(query).bind("before", before).mapTo(Long.class).one();
  }

  private Optional<Long> images() {
    return before(config.images());
  }

  private Optional<Long> before(Optional<Duration> kept) {
    return kept.map(duration -> clock.millis() - duration.toMillis());
  }
}
