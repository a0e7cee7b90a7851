package fabwafer.hub.inference;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.Judgement;
import fabwafer.classifier.Prediction;
import fabwafer.classifier.explanation.Explainer;
import fabwafer.classifier.explanation.Explanation;
import fabwafer.wafer.WaferMap;
import java.util.List;
import java.util.stream.Stream;

/** A model that answers requests; safe on any thread. */
public interface ServedModel {
  /** The model's id. */
  String id();

  /** Every label it tells apart: its classes, and patterns that may stand beside each other. */
  List<String> labels();

  /** What it says of a wafer map. */
  Prediction classify(WaferMap wafer);

  /** What it says of several, in the same order; together where it can. */
  default List<Prediction> classify(List<WaferMap> wafers) {
    return wafers.stream().map(this::classify).toList();
  }

  /**
   * Which dies of a wafer map speak for a label.
   *
   * @param label one of {@link #labels()}
   */
  Explanation explain(WaferMap wafer, String label);

  /** A classifier as the model that answers. */
  static ServedModel of(Classifier classifier) {
    Explainer explainer = new Explainer(classifier);
    List<String> labels =
        Stream.concat(
                classifier.card().classes().stream(),
                classifier.card().judgement().patterns().map(Judgement.Patterns::labels).stream()
                    .flatMap(List::stream))
            .distinct()
            .toList();
    return new ServedModel() {
      @Override
      public String id() {
        return classifier.card().id();
      }

      @Override
      public List<String> labels() {
        return labels;
      }

      @Override
      public Prediction classify(WaferMap wafer) {
        return classifier.classify(wafer);
      }

      @Override
      public List<Prediction> classify(List<WaferMap> wafers) {
        return classifier.classify(wafers);
      }

      @Override
      public Explanation explain(WaferMap wafer, String label) {
        return explainer.explain(wafer, label);
      }
    };
  }
}
