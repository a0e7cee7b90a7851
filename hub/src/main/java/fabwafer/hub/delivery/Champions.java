package fabwafer.hub.delivery;

import java.nio.file.Path;
import java.util.Optional;

/** What delivery needs of the registry of models. Safe on any thread. */
public interface Champions {
  /** The model that is to answer; empty: none yet. */
  Optional<String> champion();

  /** The zip of a model, whether or not it is there. */
  Path file(String model);

  /**
   * The devices did not bear the champion: another is to be it again.
   *
   * @param bad does nothing where this is no longer the champion
   */
  void goBack(String bad, String reason);
}
