package fabwafer.hub.shadow;

import fabwafer.classifier.ClassifierException;
import fabwafer.classifier.Prediction;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.following.FollowedWafer;
import fabwafer.hub.following.WaferFollower;
import fabwafer.hub.inference.ServedModel;
import fabwafer.hub.registry.ModelRegistry;
import fabwafer.hub.registry.ModelRegistry.InTest;
import fabwafer.wafer.WaferMap;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the model in test answer every wafer, and keeps what it said. A wafer counts once: its counts
 * and the place of this follower are one transaction. Another model in test, or another champion,
 * begins anew.
 */
public final class ShadowFollower implements WaferFollower {
  private static final Logger LOG = LoggerFactory.getLogger(ShadowFollower.class);

  private final Supplier<Optional<ServedModel>> challenger;
  private final Counter failures;
  private final Map<Cursor, Answer> prepared = new HashMap<>();
  private Optional<String> answered = Optional.empty();

  /**
   * The follower.
   *
   * @param challenger the model in test, as it is open now; empty while there is none
   */
  public ShadowFollower(Supplier<Optional<ServedModel>> challenger, MeterRegistry metrics) {
    this.challenger = challenger;
    this.failures =
        Counter.builder("fabwafer.shadow.failed")
            .description("Wafers that a model in shadow failed on")
            .register(metrics);
  }

  /** What the model in shadow made of a wafer. */
  private sealed interface Answer {
    record Said(String label) implements Answer {}

    record Failed() implements Answer {}

    record Unseen() implements Answer {}
  }

  @Override
  public String name() {
    return "shadow";
  }

  /** What came before the first model was in test is not for it. */
  @Override
  public Start start() {
    return Start.NOW;
  }

  @Override
  public void prepare(List<FollowedWafer> wafers) {
    prepared.clear();
    Optional<ServedModel> model = challenger.get();
    answered = model.map(ServedModel::id);
    model.ifPresent(
        served ->
            wafers.forEach(
                wafer ->
                    prepared.put(
                        key(wafer),
                        wafer
                            .map()
                            .<Answer>map(map -> answer(served, wafer, map))
                            .orElse(new Answer.Unseen()))));
  }

  private Answer answer(ServedModel model, FollowedWafer wafer, WaferMap map) {
    try {
      Prediction prediction = model.classify(map);
      return new Answer.Said(prediction.label());
    } catch (ClassifierException | IllegalArgumentException e) {
      LOG.warn(
          "model {} in shadow failed on {}: {}",
          model.id(),
          wafer.classification().imgid(),
          e.getMessage());
      failures.increment();
      return new Answer.Failed();
    }
  }

  @Override
  public void follow(Handle handle, FollowedWafer wafer) {
    followAll(handle, List.of(wafer));
  }

  @Override
  public void followAll(Handle handle, List<FollowedWafer> wafers) {
    if (answered.isEmpty()) {
      return;
    }
    // Who is in test may have changed since the answers were made: then they are nobody's.
    Optional<InTest> inTest =
        ModelRegistry.inTest(handle).filter(now -> answered.equals(Optional.of(now.model())));
    if (inTest.isEmpty()) {
      return;
    }
    long run = ShadowRows.run(handle, inTest.get());
    for (FollowedWafer wafer : wafers) {
      Answer answer = prepared.get(key(wafer));
      if (answer == null) {
        throw new IllegalStateException(wafer.classification().imgid() + " was not prepared");
      }
      switch (answer) {
        case Answer.Said said ->
            ShadowRows.answered(handle, run, wafer.classification(), said.label());
        case Answer.Failed _ -> ShadowRows.failed(handle, run);
        case Answer.Unseen _ -> ShadowRows.unseen(handle, run);
      }
    }
    ShadowRows.bound(handle);
  }

  private static Cursor key(FollowedWafer wafer) {
    return new Cursor(wafer.classification().timestampMillis(), wafer.classification().imgid());
  }
}
