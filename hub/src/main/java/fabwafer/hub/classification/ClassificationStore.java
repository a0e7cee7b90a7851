package fabwafer.hub.classification;

import fabwafer.hub.HubException;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.classification.ClassificationQuery.Page;
import fabwafer.hub.database.Database;
import fabwafer.protocol.Assessment;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.WaferFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The classifications table, its pages, and its counts by hour and day. */
public final class ClassificationStore {
  private static final String COLUMNS = ClassificationRows.COLUMNS;

  private final Database database;
  private final ClassificationPages pages;
  private final ClassificationCounts counts;

  public ClassificationStore(Database database) {
    this.database = database;
    this.pages = new ClassificationPages(database);
    this.counts = new ClassificationCounts(database);
  }

  /** What became of a classification that was to be stored. */
  public sealed interface Storing permits New, Same, Other {}

  /** It is stored now. */
  public record New() implements Storing {}

  /** It was stored before: the same inspection of the same device. */
  public record Same() implements Storing {}

  /** Its imgid and timestamp are taken by another device's inspection. */
  public record Other(DeviceName owner) implements Storing {}

  /** Stores a classification and counts it, in the caller's transaction. */
  public Storing store(Handle handle, Classification classification) {
    Assessment assessment = classification.assessment();
    WaferFacts facts = classification.facts();
    int inserted =
        handle
            .createUpdate(
                "insert into classifications ("
                    + COLUMNS
                    + ", decision, lot, product, arrival) values (:imgid, :timestamp, :fab,"
                    + " :camera, :prediction, :probability, :more, :has_image, :received,"
                    + " :decision, :lot, :product, case when :has_image = 1 then "
                    + Arrivals.NEXT
                    + " end)"
                    + " on conflict (imgid,"
                    + " timestamp) do nothing")
            .bind("imgid", classification.imgid())
            .bind("timestamp", classification.timestampMillis())
            .bind("fab", classification.device().fab())
            .bind("camera", classification.device().camera())
            .bind("prediction", classification.prediction())
            .bind("probability", classification.probability())
            .bind("more", classification.more().equals("{}") ? null : classification.more())
            .bind("has_image", classification.hasImage() ? 1 : 0)
            .bind("received", classification.receivedMillis())
            .bind("decision", assessment.decision().map(Assessment.Decision::word).orElse(null))
            .bind("lot", facts.lot().isEmpty() ? null : facts.lot())
            .bind("product", facts.product().isEmpty() ? null : facts.product())
            .execute();
    if (inserted == 1) {
      if (classification.hasImage()) {
        Arrivals.count(handle);
      }
      ClassificationCounts.add(handle, classification, 1);
      notePatterns(handle, classification, classification.patterns(assessment));
      return new New();
    }
    DeviceName owner =
        find(handle, classification.imgid(), classification.timestampMillis())
            .orElseThrow()
            .device();
    return owner.equals(classification.device()) ? new Same() : new Other(owner);
  }

  /**
   * Notes that the image of an inspection has come, in the caller's transaction.
   *
   * @return whether there is a classification of it
   */
  public boolean imageCame(Handle handle, DeviceName device, String imgid) {
    handle
        .createUpdate(
            "update classifications set has_image = 1"
                + " where imgid = :imgid and fab = :fab and camera = :camera and has_image = 0")
        .bind("imgid", imgid)
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .execute();
    Arrivals.imageCame(handle, device, imgid);
    return handle
        .createQuery(
            "select 1 from classifications"
                + " where imgid = :imgid and fab = :fab and camera = :camera limit 1")
        .bind("imgid", imgid)
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  /** One classification, or empty if there is none of that key. */
  public Optional<Classification> find(String imgid, long timestampMillis) {
    return database.read(handle -> find(handle, imgid, timestampMillis));
  }

  /** The newest classification of an inspection's name, by its time. */
  public Optional<Classification> newest(DeviceName device, String imgid) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select "
                        + COLUMNS
                        + " from classifications where imgid = :imgid and fab = :fab"
                        + " and camera = :camera order by timestamp desc limit 1")
                .bind("imgid", imgid)
                .bind("fab", device.fab())
                .bind("camera", device.camera())
                .map((row, context) -> ClassificationRows.read(row))
                .findOne());
  }

  /** The page of classifications that follows the query's cursor. */
  public Page page(ClassificationQuery query) {
    return pages.page(query);
  }

  /** The newest classifications of a lot of a fab. */
  public List<Classification> ofLot(String fab, String lot, int limit) {
    Conditions where = new Conditions();
    where.add("lot = :lot", "lot", lot);
    where.add("fab = :fab", "fab", fab);
    return pages.pageOf("classifications", where, limit).rows();
  }

  /** Classifications whose image has not come, newest first. */
  public Page withoutImage(Optional<Cursor> after, int limit) {
    Conditions where = new Conditions();
    where.add("has_image = 0");
    after.ifPresent(cursor -> ClassificationPages.addAfter(where, cursor));
    return pages.pageOf("classifications", where, limit);
  }

  /**
   * Counts a camera and bucket, ordered by fab, camera and time; buckets without a wafer are left
   * out.
   *
   * @throws HubException if there were more than {@value RateQuery#MAX_BUCKETS} counts
   */
  public List<RateQuery.Bucket> rates(RateQuery query) {
    return counts.rates(query);
  }

  /** All wafers that are stored, by label. */
  public Map<String, Long> totals() {
    return counts.totals();
  }

  private static void notePatterns(
      Handle handle, Classification classification, List<String> patterns) {
    for (String pattern : patterns) {
      handle
          .createUpdate(
              "insert into wafer_patterns (pattern, timestamp, imgid)"
                  + " values (:pattern, :timestamp, :imgid)")
          .bind("pattern", pattern)
          .bind("timestamp", classification.timestampMillis())
          .bind("imgid", classification.imgid())
          .execute();
    }
  }

  private static Optional<Classification> find(Handle handle, String imgid, long timestampMillis) {
    return handle
        .createQuery(
            "select "
                + COLUMNS
                + " from classifications where imgid = :imgid and timestamp = :timestamp")
        .bind("imgid", imgid)
        .bind("timestamp", timestampMillis)
        .map((row, context) -> ClassificationRows.read(row))
        .findOne();
  }
}
