package fabwafer.hub.groundtruth;

import fabwafer.hub.classification.Classification;
import org.jdbi.v3.core.Handle;

/** Whoever notes that a wafer was labelled at the route for labels. */
@FunctionalInterface
public interface GroundTruthListener {
  /** Called in the transaction that appended the label. */
  void labelled(Handle handle, Classification wafer, GroundTruth truth);
}
