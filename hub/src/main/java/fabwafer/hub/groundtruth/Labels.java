package fabwafer.hub.groundtruth;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.database.Database;
import fabwafer.hub.web.JsonBody;
import fabwafer.hub.web.LiveEvents;
import fabwafer.hub.web.Parameters;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.protocol.Limits;
import fabwafer.protocol.Names;
import fabwafer.wafer.DefectPattern;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Giving a label to a stored wafer, from wherever a person does: read from a request, appended with
 * its audit entry, told to those who look on. Safe on any thread.
 */
public final class Labels {
  /** Most characters of a comment. */
  static final int MAX_COMMENT_CHARS = 2_000;

  private final GroundTruthStore groundTruths;
  private final ClassificationStore classifications;
  private final LiveEvents events;
  private final AuditLog audit;
  private final InstantSource clock;

  public Labels(
      GroundTruthStore groundTruths,
      ClassificationStore classifications,
      LiveEvents events,
      AuditLog audit,
      InstantSource clock) {
    this.groundTruths = groundTruths;
    this.classifications = classifications;
    this.events = events;
    this.audit = audit;
    this.clock = clock;
  }

  /** Runs work that writes and appends to the audit, in one transaction. */
  public <T extends @Nullable Object> T write(Database.Work<T> work) {
    return audit.write(work);
  }

  /**
   * Appends a label and its audit entry in the caller's transaction; from now on it is the wafer's.
   *
   * @throws ProblemException if the wafer has as many labels as one may have
   */
  public GroundTruth append(
      Handle handle,
      Actor actor,
      Classification wafer,
      String label,
      String reviewer,
      Optional<String> comment) {
    Cursor key = new Cursor(wafer.timestampMillis(), wafer.imgid());
    Optional<GroundTruth> before =
        Optional.ofNullable(groundTruths.newestOf(handle, List.of(wafer)).get(key));
    GroundTruth truth =
        groundTruths
            .add(handle, wafer, label, reviewer, comment, clock.millis())
            .orElseThrow(Labels::tooMany);
    audit.append(
        handle,
        actor,
        "label.given",
        objectOf(wafer),
        AuditLog.detail()
            .put("id", truth.id())
            .put("timestamp", wafer.timestampMillis())
            .put("prediction", wafer.prediction())
            .put("before", before.map(GroundTruth::label).orElse(null))
            .put("label", truth.label()));
    return truth;
  }

  /**
   * Notes in the audit what a reviewer said of a wafer whose label stays as it is.
   *
   * @param label empty where the reviewer took it back
   */
  public void noteOpinion(
      Handle handle, Actor actor, Classification wafer, Optional<String> label) {
    audit.append(
        handle,
        actor,
        label.isPresent() ? "opinion.given" : "opinion.taken-back",
        objectOf(wafer),
        AuditLog.detail()
            .put("timestamp", wafer.timestampMillis())
            .put("prediction", wafer.prediction())
            .put("label", label.orElse(null)));
  }

  private static String objectOf(Classification wafer) {
    return "wafer:%s/%s".formatted(wafer.device(), wafer.imgid());
  }

  /**
   * Takes a reviewer's labels of a wafer back and notes it in the audit, in the caller's
   * transaction.
   *
   * @return the label that counts from now on; empty where nobody else gave one
   */
  public Optional<GroundTruth> withdraw(
      Handle handle, Actor actor, Classification wafer, String reviewer) {
    noteOpinion(handle, actor, wafer, Optional.empty());
    return groundTruths.withdraw(handle, wafer, reviewer, clock.millis());
  }

  /** Tells those who look on, once the transaction is over. */
  public void publish(GroundTruth truth) {
    events.publish("groundtruth", GroundTruthRoutes.json(truth));
  }

  /**
   * The wafer that a request names by fab, camera, imgid and timestamp; its time may be given in
   * seconds, as messages may.
   *
   * @throws ProblemException if there is none
   */
  public Classification wafer(JsonBody body) {
    return require(
        name(body, "fab"), name(body, "camera"), name(body, "imgid"), body.timestamp("timestamp"));
  }

  private static ProblemException tooMany() {
    return new ProblemException(
        Problem.CONFLICT,
        "the wafer has %,d labels, which is the limit".formatted(GroundTruthStore.MAX_OF_WAFER));
  }

  private Classification require(String fab, String camera, String imgid, String timestamp) {
    long millis;
    try {
      millis = Parameters.millis(timestamp);
    } catch (IllegalArgumentException e) {
      throw ProblemException.field("timestamp", "timestamp " + e.getMessage());
    }
    return exactly(timestamp)
        .flatMap(exact -> classifications.find(imgid, exact))
        .or(() -> classifications.find(imgid, millis))
        .filter(found -> found.device().fab().equals(fab) && found.device().camera().equals(camera))
        .orElseThrow(
            () ->
                ProblemException.notFound(
                    "there is no classification of %s at %d of %s/%s"
                        .formatted(imgid, millis, fab, camera)));
  }

  /** Milliseconds as the hub gives them out, also those a message would mean as seconds. */
  private static Optional<Long> exactly(String timestamp) {
    try {
      return Optional.of(Long.valueOf(timestamp));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static String name(JsonBody body, String field) {
    String text = body.text(field, Limits.MAX_NAME_CHARS);
    if (!Names.isName(text)) {
      throw ProblemException.field(
          field,
          "%s must be 1 to %d of A-Z a-z 0-9 . _ - without a leading dot"
              .formatted(field, Limits.MAX_NAME_CHARS));
    }
    return text;
  }

  /**
   * The label in a field, in the spelling to be stored.
   *
   * @throws ProblemException if it is none
   */
  public static String label(JsonBody body, String field) {
    String label = DefectPattern.canonicalLabel(body.text(field, Limits.MAX_LABEL_CHARS));
    if (label.isEmpty()) {
      throw ProblemException.field(
          field, "%s must be 1 to %d characters".formatted(field, Limits.MAX_LABEL_CHARS));
    }
    if (label.chars().anyMatch(Character::isISOControl)) {
      throw ProblemException.field(field, field + " holds control characters");
    }
    return label;
  }

  /** What the reviewer adds in the field {@code comment}. */
  public static Optional<String> comment(JsonBody body) {
    return body.optionalText("comment", MAX_COMMENT_CHARS).filter(text -> !text.isBlank());
  }
}
