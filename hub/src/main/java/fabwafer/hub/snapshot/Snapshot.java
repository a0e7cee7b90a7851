package fabwafer.hub.snapshot;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reviewed wafers as a data set at one moment, in a folder of its own that is never changed.
 *
 * @param id of what it holds: the same labels of the same wafers have the same
 * @param folder with {@value #TRAINING}, {@value #HELD_OUT} and {@value #ABOUT}
 * @param lastLabel id of the last label that it knows
 * @param training wafers to learn from
 * @param heldOut wafers of lots that no training sees
 * @param lots of all of them
 * @param labels label → wafers of it, held-out ones included
 * @param settled wafers whose reviewers disagreed, where most of them said the same
 * @param leftOut why → wafers that are in neither part
 * @param newLabels labels that no model here can learn yet → wafers of it, left out
 */
public record Snapshot(
    String id,
    Path folder,
    long lastLabel,
    int training,
    int heldOut,
    int lots,
    Map<String, Integer> labels,
    int settled,
    Map<String, Integer> leftOut,
    Map<String, Integer> newLabels) {
  /** The wafers to learn from, as an NPZ data set; not there where there are none. */
  public static final String TRAINING = "training.npz";

  /** The wafers that no training sees. */
  public static final String HELD_OUT = "heldout.npz";

  /** What it is made of. */
  public static final String ABOUT = "snapshot.json";

  public Snapshot {
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    leftOut = Collections.unmodifiableMap(new TreeMap<>(leftOut));
    newLabels = Collections.unmodifiableMap(new TreeMap<>(newLabels));
  }

  /** The wafers to learn from. */
  public Path trainingFile() {
    return folder.resolve(TRAINING);
  }

  /** The wafers that no training sees; empty where there are none. */
  public Optional<Path> heldOutFile() {
    return heldOut == 0 ? Optional.empty() : Optional.of(folder.resolve(HELD_OUT));
  }
}
