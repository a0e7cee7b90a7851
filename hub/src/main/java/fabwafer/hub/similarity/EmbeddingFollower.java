package fabwafer.hub.similarity;

import fabwafer.classifier.Prediction;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.following.FollowedWafer;
import fabwafer.hub.following.WaferFollower;
import fabwafer.hub.inference.ServedModel;
import fabwafer.hub.similarity.SeenWafer.Sight;
import fabwafer.wafer.WaferMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/** Keeps the embedding of every stored wafer, and tells what goes on from it. */
public final class EmbeddingFollower implements WaferFollower {
  /** Neighbours of a wafer that listeners are told. */
  public static final int NEIGHBOURS = 15;

  private final Embeddings embeddings;
  private final SimilarWafers similar;
  private final Supplier<Optional<ServedModel>> model;
  private final List<SightListener> listeners;
  private final Map<Cursor, SeenWafer> prepared = new HashMap<>();

  /**
   * The follower.
   *
   * @param model the model in use; wafers that come while there is none get no embedding
   * @param listeners in the order in which they are told
   */
  public EmbeddingFollower(
      Embeddings embeddings,
      SimilarWafers similar,
      Supplier<Optional<ServedModel>> model,
      List<SightListener> listeners) {
    this.embeddings = embeddings;
    this.similar = similar;
    this.model = model;
    this.listeners = List.copyOf(listeners);
  }

  @Override
  public String name() {
    return "embeddings";
  }

  @Override
  public void prepare(List<FollowedWafer> wafers) {
    prepared.clear();
    Optional<ServedModel> served = model.get();
    for (FollowedWafer wafer : wafers) {
      SeenWafer seen =
          new SeenWafer(
              wafer.classification(),
              wafer.map(),
              served.flatMap(
                  answering -> wafer.map().flatMap(map -> sight(answering, wafer, map))));
      listeners.forEach(listener -> listener.prepare(seen));
      prepared.put(seen.key(), seen);
    }
  }

  @Override
  public void follow(Handle handle, FollowedWafer wafer) {
    SeenWafer seen =
        prepared.get(
            new Cursor(wafer.classification().timestampMillis(), wafer.classification().imgid()));
    if (seen == null) {
      throw new IllegalStateException(wafer.classification().imgid() + " was not prepared");
    }
    seen.sight()
        .ifPresent(sight -> embeddings.store(handle, sight.model(), seen.key(), sight.direction()));
    listeners.forEach(listener -> listener.seen(handle, seen));
  }

  private Optional<Sight> sight(ServedModel served, FollowedWafer wafer, WaferMap map) {
    Prediction prediction = served.classify(map);
    Cursor self =
        new Cursor(wafer.classification().timestampMillis(), wafer.classification().imgid());
    return prediction
        .embedding()
        .map(Direction::of)
        .map(
            direction ->
                new Sight(
                    served.id(),
                    prediction,
                    direction,
                    similar
                        .nearest(served.id(), direction, Optional.of(self), NEIGHBOURS, -1)
                        .wafers()));
  }
}
