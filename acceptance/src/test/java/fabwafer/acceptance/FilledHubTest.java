package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.acceptance.FillPlan.Excursion;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.database.Database;
import fabwafer.wafer.image.WaferImages;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilledHubTest {
  private static final FillPlan PLAN = FillPlan.brief(Instant.parse("2026-11-20T00:00:00Z"));

  @TempDir private Path folder;

  @Test
  void filledHub_holdsThePlansWafers_andItsExcursionsStandOut() {
    FilledHub.fill(folder, PLAN, stored -> {});
    try (Database database = Database.open(folder)) {
      ClassificationStore store = new ClassificationStore(database);
      List<Classification> all = new ArrayList<>();
      ClassificationQuery query = ClassificationQuery.newest(ClassificationQuery.MAX_LIMIT);
      Optional<ClassificationQuery.Cursor> next = Optional.empty();
      do {
        ClassificationQuery.Page page = store.page(query.from(next, query.limit()));
        all.addAll(page.rows());
        next = page.next();
      } while (next.isPresent());
      assertThat(all).hasSize(PLAN.wafers());
      assertThat(store.totals().values().stream().mapToLong(Long::longValue).sum())
          .isEqualTo(PLAN.wafers());
      assertThat(all.stream().map(wafer -> wafer.facts().product()).distinct())
          .contains(FillPlan.SAMPLE_PRODUCT, "P-52");

      Archive archive = new Archive(folder.resolve("archive"), database);
      Classification pictured =
          all.stream().filter(Classification::hasImage).findFirst().orElseThrow();
      assertThat(
              WaferImages.read(
                      archive.read(
                          archive
                              .find(pictured.device(), pictured.imgid(), pictured.timestampMillis())
                              .orElseThrow()))
                  .dies())
          .isPositive();
      for (Excursion excursion : PLAN.excursions()) {
        assertThat(rate(all, excursion, true))
            .as("%s", excursion)
            .isGreaterThan(2 * rate(all, excursion, false));
      }
    }
  }

  /** The share of the excursion's pattern among those who could have it, within its time or not. */
  private static double rate(List<Classification> all, Excursion excursion, boolean within) {
    List<Classification> asked =
        all.stream()
            .filter(wafer -> excursion.device().map(wafer.device()::equals).orElse(true))
            .filter(wafer -> excursion.product().map(wafer.facts().product()::equals).orElse(true))
            .filter(
                wafer ->
                    within
                        == (wafer.timestampMillis() >= excursion.from().toEpochMilli()
                            && wafer.timestampMillis() < excursion.to().toEpochMilli()))
            .toList();
    assertThat(asked)
        .as("%s %s", excursion, Duration.between(excursion.from(), excursion.to()))
        .isNotEmpty();
    return asked.stream()
            .filter(wafer -> wafer.prediction().equals(excursion.pattern().label()))
            .count()
        / (double) asked.size();
  }
}
