package fabwafer.hub.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.review.ReviewState.Stage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ReviewStatisticsTest {
  private static Opinion opinion(
      String reviewer, int wafer, String label, ReviewKind kind, long at) {
    return new Opinion(
        new Cursor(wafer, "w" + wafer),
        reviewer,
        Optional.of(label).filter(text -> !text.isEmpty()),
        kind,
        "Center",
        "model1",
        false,
        at);
  }

  private static ReviewStatistics of(List<Opinion> opinions, Map<Cursor, String> settled) {
    return ReviewStatistics.of(opinions, settled, Map.of());
  }

  /** The example of the Wikipedia article on Cohen's kappa: 20 yes/yes, 5, 10, 15 no/no. */
  @Test
  void kappa_isCohens() {
    List<String> ones = new ArrayList<>(Collections.nCopies(25, "yes"));
    ones.addAll(Collections.nCopies(25, "no"));
    List<String> twos = new ArrayList<>(Collections.nCopies(20, "yes"));
    twos.addAll(Collections.nCopies(5, "no"));
    twos.addAll(Collections.nCopies(10, "yes"));
    twos.addAll(Collections.nCopies(15, "no"));

    assertThat(ReviewStatistics.kappa(ones, twos).getAsDouble()).isEqualTo(0.4, within(1e-9));
    assertThat(ReviewStatistics.kappa(ones, ones).getAsDouble()).isEqualTo(1, within(1e-9));
    assertThat(ReviewStatistics.kappa(List.of("a", "a"), List.of("a", "a"))).isEmpty();
    assertThat(ReviewStatistics.kappa(List.of(), List.of())).isEmpty();
  }

  /** 81 of 263: 0.2553 to 0.3662, as in R. G. Newcombe, Statistics in Medicine 17, 1998. */
  @Test
  void interval_isWilsons() {
    double[] interval = ReviewStatistics.interval(81, 263);

    assertThat(interval[0]).isEqualTo(0.2553, within(5e-5));
    assertThat(interval[1]).isEqualTo(0.3662, within(5e-5));
    assertThat(ReviewStatistics.interval(0, 20)[0]).isZero();
    assertThat(ReviewStatistics.interval(20, 20)[1]).isEqualTo(1);
  }

  @Test
  void precision_countsTheRandomShareAlone_byTheSettledLabel() {
    ReviewStatistics statistics =
        of(
            List.of(
                opinion("eva", 1, "Center", ReviewKind.RANDOM, 0),
                opinion("eva", 2, "Loc", ReviewKind.RANDOM, 0),
                opinion("eva", 3, "Center+Scratch", ReviewKind.RANDOM, 0),
                opinion("eva", 4, "Donut", ReviewKind.RANDOM, 0),
                opinion("eva", 5, "Donut", ReviewKind.TEACHING, 0)),
            Map.of(new Cursor(2, "w2"), "Center"));

    assertThat(statistics.precisions())
        .singleElement()
        .satisfies(
            precision -> {
              assertThat(precision.prediction()).isEqualTo("Center");
              assertThat(precision.wafers()).isEqualTo(4);
              assertThat(precision.right()).isEqualTo(3);
              assertThat(precision.low()).isLessThan(0.75);
              assertThat(precision.high()).isGreaterThan(0.75);
            });
  }

  @Test
  void speed_leavesPausesOut_andWhatWasNotGivenOut() {
    ReviewStatistics statistics =
        of(
            List.of(
                opinion("eva", 1, "Loc", ReviewKind.TEACHING, 0),
                opinion("eva", 2, "Loc", ReviewKind.TEACHING, 2_000),
                opinion("eva", 9, "Loc", ReviewKind.DIRECT, 2_001),
                opinion("eva", 3, "Loc", ReviewKind.TEACHING, 4_000),
                opinion("eva", 4, "Loc", ReviewKind.TEACHING, 4_000_000)),
            Map.of());

    assertThat(statistics.reviewers().getFirst().opinions()).isEqualTo(4);
    assertThat(statistics.reviewers().getFirst().wafersPerHour())
        .isEqualTo(OptionalDouble.of(1800));
  }

  @Test
  void whatWasTakenBack_andThirdOpinions_doNotCountAsAgreement() {
    ReviewStatistics statistics =
        of(
            List.of(
                opinion("eva", 1, "Loc", ReviewKind.TEACHING, 0),
                opinion("kim", 1, "Center", ReviewKind.SECOND, 1),
                opinion("kim", 1, "", ReviewKind.SECOND, 2),
                opinion("kim", 1, "Loc", ReviewKind.SECOND, 3),
                opinion("kim", 2, "Donut", ReviewKind.TEACHING, 3),
                opinion("eva", 2, "Loc", ReviewKind.DISPUTED, 4),
                opinion("eva", 3, "Loc", ReviewKind.KNOWN, 5)),
            Map.of(new Cursor(3, "w3"), "Loc"));

    assertThat(statistics.pairs())
        .containsExactly(
            new ReviewStatistics.Pair("eva", "kim", 1, 1, OptionalDouble.empty(), false));
    assertThat(statistics.reviewers().getFirst().known()).isEqualTo(1);
    assertThat(statistics.reviewers().getFirst().knownRight()).isEqualTo(1);
  }

  @Test
  void twoWhoAgree_settle_twoWhoDiffer_needAThird() {
    assertThat(ReviewState.of(Map.of()).stage()).isEqualTo(Stage.UNREVIEWED);
    assertThat(ReviewState.of(Map.of("a", "Loc")).stage()).isEqualTo(Stage.ONE);
    assertThat(ReviewState.of(Map.of("a", "Loc", "b", "Loc")))
        .isEqualTo(new ReviewState(Stage.SETTLED, Optional.of("Loc")));
    assertThat(ReviewState.of(Map.of("a", "Loc", "b", "Center")).stage()).isEqualTo(Stage.DISPUTED);
    assertThat(ReviewState.of(Map.of("a", "Loc", "b", "Center", "c", "Loc")).label())
        .contains("Loc");
    assertThat(ReviewState.of(Map.of("a", "Loc", "b", "Center", "c", "Donut")).stage())
        .isEqualTo(Stage.DISPUTED);
    assertThat(ReviewState.of(Map.of("a", "Loc", "b", "Center", "c", "Loc", "d", "Center")).stage())
        .isEqualTo(Stage.DISPUTED);
  }
}
