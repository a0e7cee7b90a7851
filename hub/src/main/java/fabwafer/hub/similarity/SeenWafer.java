package fabwafer.hub.similarity;

import fabwafer.classifier.Prediction;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.similarity.SimilarWafers.Similar;
import fabwafer.wafer.WaferMap;
import java.util.List;
import java.util.Optional;

/**
 * A stored wafer, and what the hub's model sees in it.
 *
 * @param classification as it was stored
 * @param map its wafer map; empty where there is no image, or the image shows none
 * @param sight empty where there is no image, the image shows no wafer map, or the hub has no model
 *     that tells embeddings
 */
public record SeenWafer(
    Classification classification, Optional<WaferMap> map, Optional<Sight> sight) {
  /**
   * What a model sees.
   *
   * @param model the model's id
   * @param prediction what it says; another model may have classified the wafer
   * @param neighbours the past wafers most alike, the most alike first
   */
  public record Sight(
      String model, Prediction prediction, Direction direction, List<Similar> neighbours) {
    public Sight {
      neighbours = List.copyOf(neighbours);
    }
  }

  /** The wafer's name in tables. */
  public Cursor key() {
    return new Cursor(classification.timestampMillis(), classification.imgid());
  }
}
