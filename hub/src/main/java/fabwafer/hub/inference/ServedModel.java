package fabwafer.hub.inference;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.Prediction;
import fabwafer.wafer.WaferMap;

/** A model that answers requests; safe on any thread. */
public interface ServedModel {
  /** The model's id. */
  String id();

  /** What it says of a wafer map. */
  Prediction classify(WaferMap wafer);

  /** A classifier as the model that answers. */
  static ServedModel of(Classifier classifier) {
    return new ServedModel() {
      @Override
      public String id() {
        return classifier.card().id();
      }

      @Override
      public Prediction classify(WaferMap wafer) {
        return classifier.classify(wafer);
      }
    };
  }
}
