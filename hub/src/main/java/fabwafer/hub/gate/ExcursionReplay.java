package fabwafer.hub.gate;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.Prediction;
import fabwafer.hub.HubException;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.database.Database;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Past excursions seen again by two models: after how many wafers would each have raised the alarm,
 * by the rule that a probability above the threshold does.
 */
public final class ExcursionReplay {
  /** Most excursions: the latest; each costs some seconds. */
  private static final int MAX_EXCURSIONS = 20;

  /** Most wafers of one excursion. */
  private static final int MAX_WAFERS = 200;

  private static final int MISSED = -1;

  private final Database database;
  private final Archive archive;
  private final double threshold;

  /**
   * The excursions of a hub.
   *
   * @param threshold a wafer is alarming above this probability
   */
  public ExcursionReplay(Database database, Archive archive, double threshold) {
    this.database = database;
    this.archive = archive;
    this.threshold = threshold;
  }

  /** Whether a prediction raises an alarm. */
  boolean alarms(String label, double probability) {
    return !label.equals(DefectPattern.NONE.label()) && probability > threshold;
  }

  /**
   * One excursion, seen by both.
   *
   * @param wafers that it has in the archive
   * @param candidate wafers until the candidate's alarm, from 1; -1: never
   * @param champion the same
   */
  record Detected(Excursion excursion, int wafers, int candidate, int champion) {
    boolean missedByCandidateAlone() {
      return candidate == MISSED && champion != MISSED;
    }

    int later() {
      return candidate == MISSED || champion == MISSED ? 0 : Math.max(0, candidate - champion);
    }
  }

  List<Detected> run(Classifier candidate, Classifier champion) {
    List<Detected> detected = new ArrayList<>();
    for (Excursion excursion : database.read(handle -> Excursion.latest(handle, MAX_EXCURSIONS))) {
      List<WaferMap> maps = maps(excursion);
      if (!maps.isEmpty()) {
        detected.add(
            new Detected(
                excursion,
                maps.size(),
                detectedAfter(candidate, excursion, maps),
                detectedAfter(champion, excursion, maps)));
      }
    }
    return detected;
  }

  private int detectedAfter(Classifier model, Excursion excursion, List<WaferMap> maps) {
    List<Prediction> predictions = model.classify(maps);
    for (int i = 0; i < predictions.size(); i++) {
      Prediction prediction = predictions.get(i);
      if (alarms(prediction.label(), prediction.probability())
          && prediction.label().equals(excursion.pattern())) {
        return i + 1;
      }
    }
    return MISSED;
  }

  private List<WaferMap> maps(Excursion excursion) {
    List<WaferMap> maps = new ArrayList<>();
    for (Excursion.Seen seen : database.read(handle -> excursion.wafers(handle, MAX_WAFERS))) {
      Optional<ArchivedImage> image =
          archive.find(excursion.device(), seen.imgid(), seen.timestampMillis());
      if (image.isPresent()) {
        try {
          maps.add(WaferImages.read(seen.imgid(), archive.read(image.get())));
        } catch (WaferException | HubException _) {
          // An image that is no wafer map was no part of the excursion either.
        }
      }
    }
    return maps;
  }
}
