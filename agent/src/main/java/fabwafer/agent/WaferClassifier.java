package fabwafer.agent;

import fabwafer.protocol.Assessment;
import fabwafer.wafer.WaferMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an agent asks about a wafer. Lanes of several cameras ask at once: implementations are safe
 * on any thread.
 */
public interface WaferClassifier extends AutoCloseable {
  /**
   * Classifies one wafer.
   *
   * @param wafer what the image shows
   * @param image the image file it was read from, PNG or JPEG; not modified
   * @throws RuntimeException if the classifier could not answer; the agent keeps the file and asks
   *     again later
   */
  Answer classify(WaferMap wafer, byte[] image);

  /** The id of the model that answers here, or empty where it is not known. */
  Optional<String> model();

  /** Frees what the classifier holds; nobody asks any more. */
  @Override
  void close();

  /**
   * What a model said of a wafer.
   *
   * @param label one of the nine labels or a new pattern's name
   * @param probability of the label, in [0, 1]
   * @param probabilities label → probability, as far as known; copied in its order
   * @param assessment what else it said
   * @param model id of the model that answered, if known
   */
  record Answer(
      String label,
      double probability,
      Map<String, Double> probabilities,
      Assessment assessment,
      Optional<String> model) {
    public Answer {
      probabilities = Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
    }
  }
}
