package fabwafer.hub.pattern;

import fabwafer.classifier.Prediction;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.database.Database;
import fabwafer.hub.inference.ServedModel;
import fabwafer.hub.similarity.Direction;
import fabwafer.hub.similarity.Embeddings;
import fabwafer.hub.similarity.SeenWafer;
import fabwafer.hub.similarity.SeenWafer.Sight;
import fabwafer.hub.similarity.SightListener;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.image.WaferImages;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * Matches each stored wafer with the new patterns, and notes those that fit no pattern. A pattern
 * that the model in use knows by its name is left to the model.
 */
public final class PatternMatcher implements SightListener {
  /** Share of known wafers that are less novel, from which a wafer fits no pattern. */
  static final double NOVEL = 0.99;

  /** Named wafers by which a pattern is seen anew when the model changes. */
  private static final int REMEMBERED = 100;

  private final Database database;
  private final ClassificationStore classifications;
  private final Archive archive;
  private final Embeddings embeddings;
  private final Supplier<Optional<ServedModel>> model;
  private final Map<Cursor, Match> prepared = new HashMap<>();

  /** The pattern that a wafer is nearest to. */
  record Match(long pattern, double similarity) {}

  public PatternMatcher(
      Database database,
      ClassificationStore classifications,
      Archive archive,
      Embeddings embeddings,
      Supplier<Optional<ServedModel>> model) {
    this.database = database;
    this.classifications = classifications;
    this.archive = archive;
    this.embeddings = embeddings;
    this.model = model;
  }

  @Override
  public void prepare(SeenWafer wafer) {
    prepared.remove(wafer.key());
    Optional<ServedModel> served = model.get();
    if (wafer.sight().isPresent() && served.isPresent()) {
      Sight sight = wafer.sight().get();
      match(prototypes(served.get()), sight.direction())
          .ifPresent(match -> prepared.put(wafer.key(), match));
    }
  }

  @Override
  public void seen(Handle handle, SeenWafer wafer) {
    Match match = prepared.remove(wafer.key());
    if (match != null && PatternRows.find(handle, match.pattern).isPresent()) {
      PatternRows.put(handle, wafer.key(), match.pattern, false, match.similarity);
    } else if (wafer.sight().isPresent()) {
      OptionalDouble novelty = novelty(wafer);
      if (novelty.isPresent() && novelty.getAsDouble() >= NOVEL) {
        PatternRows.enterUnfitting(handle, wafer.key(), "novel");
      }
    }
  }

  /** The nearest of the patterns that are near enough. */
  static Optional<Match> match(Map<Long, Prototype> prototypes, Direction direction) {
    return prototypes.entrySet().stream()
        .map(
            each ->
                new Match(
                    each.getValue().centre().cosine(direction) >= each.getValue().least()
                        ? each.getKey()
                        : 0,
                    each.getValue().centre().cosine(direction)))
        .filter(match -> match.pattern > 0)
        .max(Comparator.comparingDouble(Match::similarity).thenComparingLong(Match::pattern));
  }

  private static OptionalDouble novelty(SeenWafer wafer) {
    OptionalDouble told = wafer.classification().assessment().novelty();
    return told.isPresent()
        ? told
        : wafer
            .sight()
            .map(Sight::prediction)
            .map(Prediction::novelty)
            .orElse(OptionalDouble.empty());
  }

  /** The prototypes by the model in use; those that it lacks, as it is new, are made. */
  private Map<Long, Prototype> prototypes(ServedModel served) {
    Map<Long, Prototype> known =
        database.read(handle -> PatternRows.prototypes(handle, served.id()));
    Map<Long, Prototype> matched = new HashMap<>();
    database
        .read(PatternRows::names)
        .forEach(
            (id, name) -> {
              if (!served.labels().contains(name)) {
                Optional.ofNullable(known.get(id))
                    .or(() -> seenAnew(served, id))
                    .ifPresent(prototype -> matched.put(id, prototype));
              }
            });
    return matched;
  }

  private Optional<Prototype> seenAnew(ServedModel served, long pattern) {
    List<Cursor> wafers =
        database.read(
            handle -> PatternRows.wafers(handle, pattern, true, Optional.empty(), REMEMBERED));
    Map<Cursor, Direction> directions = new HashMap<>(embeddings.of(served.id(), wafers));
    for (Cursor wafer : wafers) {
      if (!directions.containsKey(wafer)) {
        classified(served, wafer).ifPresent(direction -> directions.put(wafer, direction));
      }
    }
    if (directions.isEmpty()) {
      return Optional.empty();
    }
    Prototype prototype = Prototype.of(new ArrayList<>(directions.values()));
    database.change(
        handle -> {
          directions.forEach(
              (wafer, direction) -> embeddings.store(handle, served.id(), wafer, direction));
          PatternRows.setPrototype(handle, pattern, served.id(), prototype);
        });
    return Optional.of(prototype);
  }

  private Optional<Direction> classified(ServedModel served, Cursor wafer) {
    return classifications
        .find(wafer.imgid(), wafer.timestampMillis())
        .flatMap(found -> archive.find(found.device(), found.imgid(), found.timestampMillis()))
        .flatMap(
            image -> {
              try {
                return served
                    .classify(WaferImages.read(image.imgid(), archive.read(image)))
                    .embedding();
              } catch (WaferException e) {
                return Optional.empty(); // No wafer map any more: the others say what it is.
              }
            })
        .map(Direction::of);
  }
}
