package fabwafer.hub.registry;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ClassifierException;
import fabwafer.classifier.ModelPackage;
import fabwafer.classifier.TestVectors;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.database.Database;
import fabwafer.hub.registry.ModelException.Reason;
import fabwafer.hub.registry.RegisteredModel.Event;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which models there are and which of them answers; {@link Promotion} makes the steps between the
 * two. What the program has in memory follows by {@link #onChange}, also when another process made
 * the step ({@link #refresh}).
 */
public final class ModelRegistry {
  /** The folder of the models' files in the data folder. */
  public static final String FOLDER = "models";

  /** Most models listed: more than ten years of a weekly one. */
  public static final int MAX_LISTED = 500;

  private static final int MAX_EVENTS = 200;
  private static final int LEAST_PREFIX = 4;
  private static final int ID_CHARS = 64;
  private static final Logger LOG = LoggerFactory.getLogger(ModelRegistry.class);

  private final Database database;
  private final AuditLog audit;
  private final ModelFolder folder;
  private final ModelTrail trail;
  private final InstantSource clock;
  private final List<Consumer<InUse>> listeners = new CopyOnWriteArrayList<>();
  private InUse told = new InUse(Optional.empty(), Optional.empty());

  /**
   * The models that are run.
   *
   * @param champion answers
   * @param challenger runs in shadow: the model in stage test or challenger
   */
  public record InUse(Optional<String> champion, Optional<String> challenger) {}

  /**
   * The model that runs in shadow.
   *
   * @param champion beside whom; empty where nobody answers
   * @param event number of the step that put it into test: grows, never given twice
   * @param sinceMillis when that was, milliseconds since 1970
   */
  public record InTest(String model, Optional<String> champion, long event, long sinceMillis) {}

  /**
   * How a model comes in.
   *
   * @param snapshot the labels it was trained with
   * @param note what whoever brings it says
   */
  public record Arrival(ModelOrigin origin, Optional<String> snapshot, Optional<String> note) {
    /** Brought by a person. */
    public static Arrival imported(Optional<String> note) {
      return new Arrival(ModelOrigin.IMPORT, Optional.empty(), note);
    }
  }

  /**
   * The registry of a data folder.
   *
   * @param data the hub's data folder
   */
  public ModelRegistry(Path data, Database database, AuditLog audit, InstantSource clock) {
    this.database = database;
    this.audit = audit;
    this.folder = new ModelFolder(data.resolve(FOLDER));
    this.trail = new ModelTrail(audit, clock);
    this.clock = clock;
  }

  /** The models, the newest first; {@link #MAX_LISTED} at most. */
  public List<RegisteredModel> list() {
    return database.read(handle -> ModelRows.newest(handle, MAX_LISTED));
  }

  /** The model that answers. */
  public Optional<RegisteredModel> champion() {
    return inStage(ModelStage.CHAMPION);
  }

  /** The model that runs in shadow: in test, or approved. */
  public Optional<RegisteredModel> challenger() {
    return inStage(ModelStage.TEST).or(() -> inStage(ModelStage.CHALLENGER));
  }

  /** Which models are run, as the database says it now. */
  public InUse inUse() {
    return database.read(
        handle ->
            new InUse(
                ModelRows.idInStage(handle, ModelStage.CHAMPION),
                ModelRows.idInStage(handle, ModelStage.TEST, ModelStage.CHALLENGER)));
  }

  /** The model in stage test or challenger, as the caller's transaction sees it. */
  public static Optional<InTest> inTest(Handle handle) {
    return ModelRows.inTest(handle);
  }

  /**
   * A model by its id, the beginning of it, {@code champion} or {@code challenger}.
   *
   * @throws ModelException if there is none, or several begin so
   */
  public RegisteredModel require(String name) {
    return database.read(handle -> require(handle, name));
  }

  /** What happened to a model, the last first. */
  public List<Event> events(String id) {
    return database.read(handle -> ModelRows.events(handle, id, MAX_EVENTS));
  }

  /** The zip of a model: graph, card, test vectors; {@link Classifier#open} reads it. Immutable. */
  public Path file(String id) {
    return folder.file(id);
  }

  /** A new empty file on the models' disk; whoever asked for it removes it. */
  public Path unchecked() {
    return folder.unchecked();
  }

  /**
   * Is told when champion or challenger change, on the thread of whoever changed or saw it; a
   * listener that fails is logged and asked again at the next change.
   */
  public void onChange(Consumer<InUse> listener) {
    listeners.add(listener);
  }

  /** Looks whether another process changed what is in use, and tells. */
  public void refresh() {
    InUse now = inUse();
    synchronized (this) {
      if (now.equals(told)) {
        return;
      }
      told = now;
    }
    for (Consumer<InUse> listener : listeners) {
      try {
        listener.accept(now);
      } catch (RuntimeException e) {
        LOG.error("the change to {} was not followed", now, e);
      }
    }
  }

  /**
   * Takes a model in as candidate, once it runs here and gives what its test vectors say. The same
   * model again changes nothing; one that was retired becomes a candidate again.
   *
   * @param model its folder or zip
   * @throws ModelException if it cannot be read, is not what its card says, or has no test vectors
   */
  public RegisteredModel add(Actor actor, Path model, Arrival arrival) {
    return add(actor, model, arrival, ModelStage.CANDIDATE);
  }

  /**
   * Sees to it that a hub has a champion: the program's own model where there is none yet. A later
   * release's own model becomes a candidate.
   */
  public void welcome(Path model) {
    boolean first = database.read(ModelRows::count) == 0;
    Arrival arrival = new Arrival(ModelOrigin.PROGRAM, Optional.empty(), Optional.empty());
    try {
      ModelPackage files = ModelPackage.read(model);
      if (database.read(handle -> ModelRows.find(handle, files.card().id())).isPresent()) {
        return;
      }
      RegisteredModel added =
          add(Actor.HUB, model, arrival, first ? ModelStage.CHAMPION : ModelStage.CANDIDATE);
      LOG.info("model {} of the program is registered as {}", added.shortId(), added.stage());
    } catch (ClassifierException | ModelException e) {
      LOG.warn("the model {} is not registered: {}", model, e.getMessage());
    }
  }

  private RegisteredModel add(Actor actor, Path model, Arrival arrival, ModelStage stage) {
    ModelPackage files = checked(model);
    String id = files.card().id();
    if (!Files.exists(folder.file(id))) {
      folder.keep(files);
    }
    String sha256 = folder.sha256(id);
    long now = clock.millis();
    RegisteredModel added =
        new RegisteredModel(
            id,
            files.card().provenance().parent(),
            stage,
            arrival.origin(),
            files.card(),
            folder.bytes(id),
            sha256,
            arrival.snapshot(),
            arrival.note(),
            now,
            actor.name(),
            List.of(),
            Optional.empty());
    RegisteredModel stored =
        audit.write(
            handle -> {
              Optional<RegisteredModel> known = ModelRows.find(handle, id);
              if (known.isPresent()) {
                return again(handle, actor, known.get(), files);
              }
              ModelRows.insert(handle, added, files.cardBytes());
              if (stage == ModelStage.CHAMPION) {
                ModelRows.addChampion(handle, id, now);
              }
              ObjectNode detail = AuditLog.detail().put("origin", arrival.origin().word());
              arrival.snapshot().ifPresent(snapshot -> detail.put("snapshot", snapshot));
              trail.add(handle, actor, id, "model.added", detail.put("stage", stage.word()));
              return added;
            });
    refresh();
    return stored;
  }

  private RegisteredModel again(
      Handle handle, Actor actor, RegisteredModel known, ModelPackage files) {
    if (!known.card().equals(files.card())) {
      throw new ModelException(
          Reason.CONFLICT,
          "model %s is registered with another card; models are immutable".formatted(known.id()));
    }
    if (known.stage() != ModelStage.RETIRED) {
      return known;
    }
    ModelRows.setStage(handle, known.id(), ModelStage.CANDIDATE);
    trail.add(handle, actor, known.id(), "model.readmitted", AuditLog.detail());
    return require(handle, known.id());
  }

  private static ModelPackage checked(Path model) {
    try {
      ModelPackage files = ModelPackage.read(model);
      TestVectors vectors =
          files
              .vectors()
              .orElseThrow(
                  () ->
                      new ModelException(
                          Reason.BAD_VALUE,
                          "the model has no %s; 'fabwafer model vectors MODEL' makes it where the"
                                  .formatted(TestVectors.FILE_NAME)
                              + " model is known to be right"));
      try (Classifier classifier = Classifier.open(model)) {
        vectors.require(classifier);
      }
      return files;
    } catch (ClassifierException e) {
      throw new ModelException(Reason.BAD_VALUE, String.valueOf(e.getMessage()), e);
    }
  }

  private Optional<RegisteredModel> inStage(ModelStage stage) {
    return database.read(handle -> ModelRows.inStage(handle, stage).stream().findFirst());
  }

  static RegisteredModel require(Handle handle, String name) {
    String id =
        switch (name) {
          case "champion" ->
              ModelRows.idInStage(handle, ModelStage.CHAMPION)
                  .orElseThrow(() -> notFound("there is no champion"));
          case "challenger" ->
              ModelRows.idInStage(handle, ModelStage.TEST, ModelStage.CHALLENGER)
                  .orElseThrow(() -> notFound("no model is in test"));
          default -> completed(handle, name);
        };
    return ModelRows.find(handle, id).orElseThrow(() -> notFound("there is no model " + name));
  }

  private static String completed(Handle handle, String name) {
    if (!name.matches("[0-9a-f]{%d,%d}".formatted(LEAST_PREFIX, ID_CHARS))) {
      throw new ModelException(
          Reason.BAD_VALUE,
          "a model is %d to %d hexadecimal digits of its id, or champion, or challenger"
              .formatted(LEAST_PREFIX, ID_CHARS));
    }
    List<String> found = ModelRows.beginningWith(handle, name);
    if (found.size() > 1) {
      throw new ModelException(Reason.BAD_VALUE, "several models' ids begin with " + name);
    }
    return found.stream().findFirst().orElseThrow(() -> notFound("there is no model " + name));
  }

  static ModelException notFound(String message) {
    return new ModelException(Reason.NOT_FOUND, message);
  }
}
