package fabwafer.hub.pattern;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.groundtruth.GroundTruth;
import fabwafer.hub.groundtruth.GroundTruthListener;
import fabwafer.hub.groundtruth.GroundTruthStore;
import fabwafer.hub.groundtruth.Labels;
import fabwafer.hub.similarity.Direction;
import fabwafer.hub.similarity.Embeddings;
import fabwafer.hub.similarity.SimilarWafers;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.wafer.DefectPattern;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ObjectNode;

/**
 * Naming patterns and changing one's mind about them. Every change labels the named wafers anew,
 * appends to the audit, and is one transaction. Safe on any thread.
 */
public final class Patterns {
  /** What a person calls a wafer that fits no pattern. */
  public static final String UNKNOWN = "unknown";

  /** Most patterns at a time: each stored wafer is compared with all. */
  static final int MOST_PATTERNS = 100;

  /** Most wafers that are matched to a new pattern among those stored before. */
  static final int MOST_MATCHED = 1_000;

  /** Most named wafers of one pattern that are labelled anew. */
  private static final int MOST_NAMED = 10_000;

  private final ClassificationStore classifications;
  private final GroundTruthStore groundTruths;
  private final Labels labels;
  private final GroundTruthListener listener;
  private final Embeddings embeddings;
  private final SimilarWafers similar;
  private final AuditLog audit;
  private final InstantSource clock;

  public Patterns(
      ClassificationStore classifications,
      GroundTruthStore groundTruths,
      Labels labels,
      GroundTruthListener listener,
      Embeddings embeddings,
      SimilarWafers similar,
      AuditLog audit,
      InstantSource clock) {
    this.classifications = classifications;
    this.groundTruths = groundTruths;
    this.labels = labels;
    this.listener = listener;
    this.embeddings = embeddings;
    this.similar = similar;
    this.audit = audit;
    this.clock = clock;
  }

  /** Who changes something. */
  record Who(Actor actor, String user) {}

  /**
   * Names a pattern: its wafers are labelled so, a prototype is kept, and past wafers near it are
   * matched.
   *
   * @throws ProblemException if the name is taken, or the model has seen none of the wafers
   */
  NewPattern name(Who who, String model, String name, List<Classification> wafers) {
    Map<Cursor, Direction> seen = embeddings.of(model, wafers.stream().map(Patterns::key).toList());
    if (seen.isEmpty()) {
      throw new ProblemException(
          Problem.CONFLICT, "the hub's model has seen none of these wafers yet");
    }
    Prototype prototype = Prototype.of(new ArrayList<>(seen.values()));
    List<SimilarWafers.Similar> near = near(model, prototype);
    List<GroundTruth> given = new ArrayList<>();
    NewPattern named =
        audit.write(
            handle -> {
              requireFree(handle, name);
              if (PatternRows.active(handle).size() >= MOST_PATTERNS) {
                throw new ProblemException(
                    Problem.CONFLICT,
                    "there are %d new patterns, which is the limit".formatted(MOST_PATTERNS));
              }
              long id = PatternRows.insert(handle, name, who.user, clock.millis());
              PatternRows.setPrototype(handle, id, model, prototype);
              for (Classification wafer : wafers) {
                Direction direction = seen.get(key(wafer));
                double cosine = direction == null ? 0 : prototype.centre().cosine(direction);
                PatternRows.put(handle, key(wafer), id, true, cosine);
                given.add(label(handle, who, wafer, name, "named with its cluster"));
              }
              near.forEach(
                  each -> PatternRows.put(handle, each.wafer(), id, false, each.similarity()));
              append(handle, who, "pattern.named", id, told(name, wafers.size()));
              return PatternRows.find(handle, id).orElseThrow();
            });
    given.forEach(labels::publish);
    return named;
  }

  /** Gives a pattern another name; its named wafers are labelled so. */
  NewPattern rename(Who who, long id, String name) {
    List<GroundTruth> given = new ArrayList<>();
    NewPattern renamed =
        audit.write(
            handle -> {
              NewPattern pattern = require(handle, id);
              if (!pattern.name().equalsIgnoreCase(name)) {
                requireFree(handle, name);
              }
              PatternRows.rename(handle, id, name, clock.millis());
              given.addAll(relabel(handle, who, pattern, name, "renamed from " + pattern.name()));
              append(
                  handle,
                  who,
                  "pattern.renamed",
                  id,
                  told(name, given.size()).put("before", pattern.name()));
              return PatternRows.find(handle, id).orElseThrow();
            });
    given.forEach(labels::publish);
    return renamed;
  }

  /** Makes one pattern part of another. */
  NewPattern merge(Who who, String model, long id, long into) {
    if (id == into) {
      throw ProblemException.field("into", "into must be another pattern");
    }
    List<GroundTruth> given = new ArrayList<>();
    NewPattern merged =
        audit.write(
            handle -> {
              NewPattern pattern = require(handle, id);
              NewPattern target = require(handle, into);
              given.addAll(
                  relabel(handle, who, pattern, target.name(), "merged from " + pattern.name()));
              PatternRows.end(handle, id, Optional.of(into), clock.millis());
              List<Cursor> wafers =
                  PatternRows.wafers(handle, into, true, Optional.empty(), MOST_NAMED);
              Map<Cursor, Direction> seen = embeddings.of(handle, model, wafers);
              if (!seen.isEmpty()) {
                PatternRows.setPrototype(
                    handle, into, model, Prototype.of(new ArrayList<>(seen.values())));
              }
              append(
                  handle,
                  who,
                  "pattern.merged",
                  id,
                  told(target.name(), given.size())
                      .put("before", pattern.name())
                      .put("into", into));
              return PatternRows.find(handle, into).orElseThrow();
            });
    given.forEach(labels::publish);
    return merged;
  }

  /** Takes a pattern apart: its named wafers are unknown again, and may be clustered anew. */
  void dissolve(Who who, long id) {
    List<GroundTruth> given = new ArrayList<>();
    audit.write(
        handle -> {
          NewPattern pattern = require(handle, id);
          given.addAll(relabel(handle, who, pattern, UNKNOWN, pattern.name() + " dissolved"));
          PatternRows.end(handle, id, Optional.empty(), clock.millis());
          append(handle, who, "pattern.dissolved", id, told(pattern.name(), given.size()));
          return null;
        });
    given.forEach(labels::publish);
  }

  /** Past wafers near a prototype. */
  private List<SimilarWafers.Similar> near(String model, Prototype prototype) {
    return similar
        .nearest(model, prototype.centre(), Optional.empty(), MOST_MATCHED, prototype.least())
        .wafers();
  }

  /** Labels the named wafers anew, but for those that somebody labelled otherwise meanwhile. */
  private List<GroundTruth> relabel(
      Handle handle, Who who, NewPattern pattern, String label, String why) {
    List<GroundTruth> given = new ArrayList<>();
    for (Cursor key :
        PatternRows.wafers(handle, pattern.id(), true, Optional.empty(), MOST_NAMED)) {
      Optional<Classification> wafer = classifications.find(key.imgid(), key.timestampMillis());
      if (wafer.isPresent()) {
        GroundTruth now = groundTruths.newestOf(handle, List.of(wafer.get())).get(key);
        if (now != null && now.label().equals(pattern.name())) {
          given.add(label(handle, who, wafer.get(), label, why));
        }
      }
    }
    return given;
  }

  private GroundTruth label(
      Handle handle, Who who, Classification wafer, String label, String comment) {
    GroundTruth truth =
        labels.append(handle, who.actor, wafer, label, who.user, Optional.of(comment));
    listener.labelled(handle, wafer, truth);
    return truth;
  }

  private void append(Handle handle, Who who, String action, long id, ObjectNode detail) {
    audit.append(handle, who.actor, action, "pattern:" + id, detail);
  }

  private static ObjectNode told(String name, int wafers) {
    return AuditLog.detail().put("name", name).put("wafers", wafers);
  }

  private static void requireFree(Handle handle, String name) {
    boolean reserved =
        DefectPattern.ofLabel(name).isPresent()
            || name.equalsIgnoreCase(UNKNOWN)
            || name.contains("+");
    if (reserved) {
      throw ProblemException.field(
          "name", "name must be none of the nine labels, not unknown, and without +");
    }
    if (PatternRows.isTaken(handle, name)) {
      throw new ProblemException(Problem.CONFLICT, "there is a new pattern " + name + " already");
    }
  }

  private static NewPattern require(Handle handle, long id) {
    return PatternRows.find(handle, id)
        .orElseThrow(() -> ProblemException.notFound("there is no new pattern " + id));
  }

  private static Cursor key(Classification wafer) {
    return new Cursor(wafer.timestampMillis(), wafer.imgid());
  }
}
