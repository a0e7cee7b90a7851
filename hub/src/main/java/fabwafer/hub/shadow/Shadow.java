package fabwafer.hub.shadow;

import fabwafer.hub.database.Database;
import fabwafer.hub.registry.ModelRegistry;
import fabwafer.hub.shadow.ShadowFigures.Reviewed;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What models in shadow showed. Safe on any thread. */
public final class Shadow {
  private static final Reviewed NOTHING_REVIEWED = new Reviewed(0, 0, 0, List.of());

  private final Database database;

  public Shadow(Database database) {
    this.database = database;
  }

  /**
   * A model's figures since it was put into test last, beside the champion of then.
   *
   * @param model its whole id
   * @return empty where it never was in test
   */
  public Optional<ShadowFigures> figures(String model) {
    return database.read(handle -> figures(handle, model));
  }

  private static Optional<ShadowFigures> figures(Handle handle, String model) {
    Optional<ModelRegistry.InTest> now =
        ModelRegistry.inTest(handle).filter(inTest -> inTest.model().equals(model));
    Optional<ShadowRows.Run> last = ShadowRows.last(handle, model);
    if (now.isPresent() && last.stream().noneMatch(run -> isOf(run, now.get()))) {
      // It was put into test, and no wafer has come since.
      return now.map(
          inTest ->
              new ShadowFigures(
                  model,
                  inTest.champion(),
                  inTest.sinceMillis(),
                  0,
                  0,
                  0,
                  0,
                  List.of(),
                  NOTHING_REVIEWED,
                  List.of()));
    }
    return last.map(
        run ->
            new ShadowFigures(
                model,
                Optional.of(run.champion()).filter(champion -> !champion.isEmpty()),
                run.sinceMillis(),
                run.wafers(),
                run.same(),
                run.failed(),
                run.unseen(),
                ShadowRows.labels(handle, run.id()),
                ShadowRows.reviewed(handle, run.id()),
                ShadowRows.differing(handle, run.id())));
  }

  private static boolean isOf(ShadowRows.Run run, ModelRegistry.InTest inTest) {
    return run.sinceMillis() == inTest.sinceMillis()
        && run.champion().equals(inTest.champion().orElse(""));
  }
}
