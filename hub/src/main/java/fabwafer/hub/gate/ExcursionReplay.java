package fabwafer.hub.gate;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.Prediction;
import fabwafer.hub.HubException;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.database.Database;
import fabwafer.hub.rule.RuleReplay;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Past excursions seen again by two models: after how many wafers would each have raised the alarm,
 * by the alarm rules in force.
 */
public final class ExcursionReplay {
  /** Most excursions: the latest; each costs some seconds. */
  private static final int MAX_EXCURSIONS = 20;

  /** Most wafers of one excursion. */
  private static final int MAX_WAFERS = 200;

  private static final int MISSED = -1;

  private final Database database;
  private final Archive archive;
  private final RuleReplay rules;
  private final ClassificationStore classifications;
  private final double threshold;

  /**
   * The excursions of a hub.
   *
   * @param threshold a wafer by itself is alarming above this probability
   */
  public ExcursionReplay(Database database, Archive archive, double threshold) {
    this.database = database;
    this.archive = archive;
    this.rules = new RuleReplay(database);
    this.classifications = new ClassificationStore(database);
    this.threshold = threshold;
  }

  /** Whether a prediction by itself raises an alarm. */
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
      List<Past> wafers = wafers(excursion);
      if (!wafers.isEmpty()) {
        detected.add(
            new Detected(
                excursion,
                wafers.size(),
                detectedAfter(candidate, excursion, wafers),
                detectedAfter(champion, excursion, wafers)));
      }
    }
    return detected;
  }

  /** A wafer of an excursion: what came of it then, and what it looks like. */
  private record Past(Classification said, WaferMap map) {}

  private int detectedAfter(Classifier model, Excursion excursion, List<Past> wafers) {
    List<Prediction> predictions = model.classify(wafers.stream().map(Past::map).toList());
    List<Classification> seen = new ArrayList<>();
    for (int i = 0; i < predictions.size(); i++) {
      Classification then = wafers.get(i).said();
      seen.add(
          new Classification(
              then.imgid(),
              then.timestampMillis(),
              then.device(),
              predictions.get(i).label(),
              predictions.get(i).probability(),
              then.more(),
              then.hasImage(),
              then.receivedMillis()));
    }
    return rules.firstAlarm(seen, excursion.pattern()).orElse(MISSED);
  }

  private List<Past> wafers(Excursion excursion) {
    List<Past> wafers = new ArrayList<>();
    for (Excursion.Seen seen : database.read(handle -> excursion.wafers(handle, MAX_WAFERS))) {
      Optional<Classification> said = classifications.find(seen.imgid(), seen.timestampMillis());
      Optional<ArchivedImage> image =
          archive.find(excursion.device(), seen.imgid(), seen.timestampMillis());
      if (said.isPresent() && image.isPresent()) {
        try {
          wafers.add(
              new Past(said.get(), WaferImages.read(seen.imgid(), archive.read(image.get()))));
        } catch (WaferException | HubException _) {
          // An image that is no wafer map was no part of the excursion either.
        }
      }
    }
    return wafers;
  }
}
