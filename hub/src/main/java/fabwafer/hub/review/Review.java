package fabwafer.hub.review;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.database.Database;
import fabwafer.hub.groundtruth.GroundTruth;
import fabwafer.hub.groundtruth.GroundTruthListener;
import fabwafer.hub.groundtruth.Labels;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** Gives wafers out to reviewers and takes their opinions. Safe on any thread. */
public final class Review implements GroundTruthListener {
  private final Database database;
  private final ReviewRows rows;
  private final ReviewConfig config;
  private final Draw draw;
  private final InstantSource clock;

  public Review(Database database, ReviewConfig config, InstantSource clock) {
    this.database = database;
    this.config = config;
    this.rows = new ReviewRows(config);
    this.draw = new Draw(config.seed());
    this.clock = clock;
  }

  /** A wafer that was given out, and why its label is wanted. */
  record Given(Cursor wafer, List<String> reasons) {}

  /**
   * Gives out the next wafers to a reviewer; to nobody else while the lease lasts. Disputed ones
   * come first; else the mix of the configuration decides, and where that kind has none, the next.
   *
   * @param blind whether the reviewer is not told what the model says
   */
  List<Given> give(String reviewer, int most, boolean blind) {
    long now = clock.millis();
    return database.write(
        handle -> {
          List<Given> given = new ArrayList<>();
          for (int i = 0; i < most; i++) {
            Optional<Given> next = giveOne(handle, reviewer, now, blind);
            if (next.isEmpty()) {
              break;
            }
            given.add(next.get());
          }
          return given;
        });
  }

  private Optional<Given> giveOne(Handle handle, String reviewer, long now, boolean blind) {
    ReviewKind mixed = draw.kind(reviewer, ReviewRows.turn(handle, reviewer), config);
    List<ReviewKind> order =
        Stream.of(
                ReviewKind.DISPUTED,
                mixed,
                ReviewKind.TEACHING,
                ReviewKind.RANDOM,
                ReviewKind.SECOND)
            .distinct()
            .toList();
    for (ReviewKind kind : order) {
      Optional<ReviewRows.Candidate> found = ReviewRows.next(handle, kind, reviewer, now);
      if (found.isPresent()) {
        Cursor wafer = found.get().wafer();
        ReviewRows.lease(handle, wafer, kind, reviewer, now + config.lease().toMillis(), blind);
        return Optional.of(new Given(wafer, found.get().reasons()));
      }
    }
    return Optional.empty();
  }

  /**
   * Notes what a reviewer says of a wafer. Where the reviewer was given it to be measured, that is
   * all; else the label is the wafer's from now on.
   *
   * @return the label as stored; empty where the reviewer was measured
   */
  Optional<GroundTruth> opine(
      Handle handle,
      Labels labels,
      Actor actor,
      Classification wafer,
      String label,
      String reviewer,
      Optional<String> comment) {
    Cursor key = key(wafer);
    ReviewKind kind = kind(handle, key, reviewer);
    boolean blind = ReviewRows.isBlind(handle, key, reviewer);
    ReviewRows.append(handle, opinion(wafer, reviewer, Optional.of(label), kind, blind));
    ReviewRows.release(handle, key, reviewer);
    if (kind == ReviewKind.KNOWN) {
      labels.noteOpinion(handle, actor, wafer, Optional.of(label));
      return Optional.empty();
    }
    noteState(handle, key);
    return Optional.of(labels.append(handle, actor, wafer, label, reviewer, comment));
  }

  /**
   * Takes a reviewer's opinion back: the newest label of another reviewer is the wafer's again, and
   * where nobody else gave one, the wafer has none.
   *
   * @return the label that counts from now on; empty where there is none, nothing to take back, or
   *     the reviewer was only measured
   */
  Optional<GroundTruth> takeBack(
      Handle handle, Labels labels, Actor actor, Classification wafer, String reviewer) {
    Cursor key = key(wafer);
    Optional<Opinion> last = ReviewRows.last(handle, key, reviewer);
    if (last.isEmpty() || last.get().label().isEmpty()) {
      return Optional.empty();
    }
    ReviewKind kind = last.get().kind();
    // Whoever undoes has seen the answer.
    ReviewRows.append(handle, opinion(wafer, reviewer, Optional.empty(), kind, false));
    ReviewRows.lease(
        handle, key, kind, reviewer, clock.millis() + config.lease().toMillis(), false);
    if (kind == ReviewKind.KNOWN) {
      labels.noteOpinion(handle, actor, wafer, Optional.empty());
      return Optional.empty();
    }
    noteState(handle, key);
    return labels.withdraw(handle, actor, wafer, reviewer);
  }

  /** A label that was given elsewhere is an opinion, too. */
  @Override
  public void labelled(Handle handle, Classification wafer, GroundTruth truth) {
    ReviewRows.append(
        handle,
        opinion(wafer, truth.reviewer(), Optional.of(truth.label()), ReviewKind.DIRECT, false));
    noteState(handle, key(wafer));
  }

  /** What the last opinions say of reviewers and model. */
  ReviewStatistics statistics() {
    return database.read(
        handle ->
            ReviewStatistics.of(
                ReviewRows.last(handle, ReviewStatistics.MOST_OPINIONS),
                ReviewRows.settled(handle, ReviewStatistics.MOST_OPINIONS),
                ReviewRows.stages(handle)));
  }

  private static ReviewKind kind(Handle handle, Cursor wafer, String reviewer) {
    return ReviewRows.leased(handle, wafer, reviewer)
        .or(
            () ->
                // The answer to the first try was lost: the second one is of the same kind.
                ReviewRows.last(handle, wafer, reviewer)
                    .map(Opinion::kind)
                    .filter(kind -> kind == ReviewKind.KNOWN))
        .orElse(ReviewKind.DIRECT);
  }

  private Opinion opinion(
      Classification wafer,
      String reviewer,
      Optional<String> label,
      ReviewKind kind,
      boolean blind) {
    String model = wafer.fields().path("model").asString("");
    return new Opinion(
        key(wafer), reviewer, label, kind, wafer.prediction(), model, blind, clock.millis());
  }

  private void noteState(Handle handle, Cursor wafer) {
    rows.setState(handle, wafer, ReviewState.of(ReviewRows.opinions(handle, wafer)));
  }

  private static Cursor key(Classification wafer) {
    return new Cursor(wafer.timestampMillis(), wafer.imgid());
  }
}
