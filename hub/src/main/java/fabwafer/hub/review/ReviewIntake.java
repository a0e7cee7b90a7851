package fabwafer.hub.review;

import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.groundtruth.GroundTruth;
import fabwafer.hub.groundtruth.GroundTruthStore;
import fabwafer.hub.similarity.SeenWafer;
import fabwafer.hub.similarity.SightListener;
import fabwafer.hub.similarity.SimilarWafers.Similar;
import fabwafer.protocol.WaferFacts;
import fabwafer.wafer.DefectPattern;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;

/** Enters each stored wafer into the review queue, where it is of the random share or teaches. */
public final class ReviewIntake implements SightListener {
  /** Neighbours that are less alike have no say. */
  static final double ALIKE = 0.9;

  /** Wafers of a lot that are looked at for the same wafer seen by another camera. */
  private static final int MAX_OF_LOT = 200;

  private final ClassificationStore classifications;
  private final GroundTruthStore groundTruths;
  private final ReviewRows rows;
  private final ReviewConfig config;
  private final Draw draw;
  private final Map<Cursor, TeachingValue> prepared = new HashMap<>();

  public ReviewIntake(
      ClassificationStore classifications, GroundTruthStore groundTruths, ReviewConfig config) {
    this.classifications = classifications;
    this.groundTruths = groundTruths;
    this.rows = new ReviewRows(config);
    this.config = config;
    this.draw = new Draw(config.seed());
  }

  @Override
  public void prepare(SeenWafer wafer) {
    if (prepared.size() > MAX_OF_LOT) {
      prepared.clear();
    }
    prepared.put(wafer.key(), value(wafer));
  }

  @Override
  public void seen(Handle handle, SeenWafer wafer) {
    TeachingValue value = prepared.remove(wafer.key());
    if (value == null) {
      value = value(wafer);
    }
    boolean sampled = Draw.isWithin(draw.of(wafer.key()), config.sampleOneIn());
    // Without an image there is nothing to look at.
    boolean visible = wafer.classification().hasImage();
    if (visible && (sampled || value.score() >= TeachingValue.LEAST)) {
      rows.enter(handle, wafer.key(), value);
    }
  }

  private TeachingValue value(SeenWafer wafer) {
    Classification said = wafer.classification();
    Map<String, Double> probabilities = probabilities(said);
    OptionalDouble novelty = said.assessment().novelty();
    if (wafer.sight().isPresent()) {
      // A device that tells less than the hub's model knows is helped by it.
      var prediction = wafer.sight().get().prediction();
      probabilities = probabilities.isEmpty() ? prediction.probabilities() : probabilities;
      novelty = novelty.isPresent() ? novelty : prediction.novelty();
    }
    return TeachingValue.of(
        said.prediction(), probabilities, novelty, neighbours(wafer), otherCameras(said));
  }

  private static Map<String, Double> probabilities(Classification wafer) {
    Map<String, Double> probabilities = new LinkedHashMap<>();
    JsonNode sent = wafer.fields().path("probabilities");
    for (Map.Entry<String, JsonNode> each : sent.properties()) {
      if (each.getValue().isNumber()) {
        probabilities.put(
            DefectPattern.canonicalLabel(each.getKey()), each.getValue().doubleValue());
      }
    }
    return probabilities;
  }

  /** What the wafers most alike are: their label where they have one, else their prediction. */
  private List<String> neighbours(SeenWafer wafer) {
    List<Classification> alike =
        wafer.sight().stream()
            .flatMap(sight -> sight.neighbours().stream())
            .filter(neighbour -> neighbour.similarity() >= ALIKE)
            .map(Similar::wafer)
            .flatMap(key -> classifications.find(key.imgid(), key.timestampMillis()).stream())
            .toList();
    Map<Cursor, GroundTruth> truths = groundTruths.newestOf(alike);
    return alike.stream()
        .map(
            each ->
                Optional.ofNullable(truths.get(new Cursor(each.timestampMillis(), each.imgid())))
                    .map(GroundTruth::label)
                    .orElse(each.prediction()))
        .toList();
  }

  /** What other cameras of the fab said of the same wafer of the same lot, the newest of each. */
  private Map<String, String> otherCameras(Classification wafer) {
    WaferFacts facts = wafer.facts();
    if (facts.lot().isEmpty() || facts.wafer().isEmpty()) {
      return Map.of();
    }
    Map<String, String> said = new TreeMap<>();
    classifications.ofLot(wafer.device().fab(), facts.lot(), MAX_OF_LOT).stream()
        .filter(other -> !other.device().equals(wafer.device()))
        .filter(other -> other.facts().wafer().equals(facts.wafer()))
        .forEach(other -> said.putIfAbsent(other.device().camera(), other.prediction()));
    return said;
  }
}
