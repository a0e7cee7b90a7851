package fabwafer.hub.image;

import fabwafer.classifier.Prediction;
import fabwafer.classifier.explanation.Explainer;
import fabwafer.classifier.explanation.Explanation;
import fabwafer.hub.inference.ServedModel;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.wafer.WaferMap;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Explanations by the hub's model, few at a time and each kept for a while: one takes the model
 * some hundred runs. Safe on any thread.
 */
final class Explanations {
  /** Explanations made at a time; each keeps one core busy. */
  private static final int AT_ONCE = 2;

  private static final Duration TURN = Duration.ofSeconds(10);

  /** Most positions of the wafer maps whose explanations are kept: about 8 MB. */
  private static final long MAX_KEPT_CELLS = 2L * Explainer.MAX_CELLS;

  private final Semaphore turns = new Semaphore(AT_ONCE);
  private final Map<Key, Explained> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long keptCells;

  /**
   * Which explanation.
   *
   * @param sha256 of the image
   * @param model id of the model that explains
   * @param label what is explained
   */
  record Key(String sha256, String model, String label) {}

  /**
   * An explanation beside what the same model says of the wafer.
   *
   * @param prediction of the model that explains, which may be another than the one that classified
   */
  record Explained(Prediction prediction, Explanation explanation) {}

  /** One that was made before. */
  synchronized Optional<Explained> kept(Key key) {
    return Optional.ofNullable(kept.get(key));
  }

  /**
   * Explains a wafer map, or finds that it was explained before.
   *
   * @throws ProblemException if it is too large or too many are being explained
   */
  Explained explain(Key key, ServedModel model, WaferMap wafer) {
    if (wafer.height() * wafer.width() > Explainer.MAX_CELLS) {
      throw new ProblemException(
          Problem.NO_EXPLANATION,
          "a wafer map of at most %,d positions can be explained, this has %d x %d"
              .formatted(Explainer.MAX_CELLS, wafer.height(), wafer.width()));
    }
    if (!ArchivedWafers.tryTurn(turns, TURN)) {
      throw ProblemException.tooMany(
          "%d wafers are being explained, which is the limit".formatted(AT_ONCE), TURN);
    }
    try {
      Optional<Explained> before = kept(key);
      if (before.isPresent()) {
        return before.get();
      }
      Explained made = new Explained(model.classify(wafer), model.explain(wafer, key.label()));
      keep(key, made);
      return made;
    } finally {
      turns.release();
    }
  }

  private synchronized void keep(Key key, Explained made) {
    Explained before = kept.put(key, made);
    keptCells += cells(made) - (before == null ? 0 : cells(before));
    var oldest = kept.entrySet().iterator();
    while (keptCells > MAX_KEPT_CELLS && kept.size() > 1) {
      keptCells -= cells(oldest.next().getValue());
      oldest.remove();
    }
  }

  /** What it takes, in positions; a small one is not free either. */
  private static long cells(Explained explained) {
    Explanation explanation = explained.explanation();
    return 1_024L + (long) explanation.height() * explanation.width();
  }
}
