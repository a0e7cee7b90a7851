package fabwafer.hub.inference;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.ClassifierException;
import fabwafer.classifier.Prediction;
import fabwafer.classifier.explanation.Explanation;
import fabwafer.wafer.WaferMap;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that answer at the hub, which change while requests are answered. A model takes over
 * only when it is open and has answered; whoever holds the one before goes on with it, and it is
 * closed when nobody does. Safe on any thread.
 */
public final class ServedModels implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServedModels.class);

  private final Supplier<Optional<ServedModel>> given;
  private final Cleaner cleaner = Cleaner.create();
  private volatile Optional<ServedModel> champion = Optional.empty();
  private volatile Optional<ServedModel> challenger = Optional.empty();

  /**
   * Serves a model until the registry names another.
   *
   * @param given what answers as long as no champion is open; it is not closed here
   */
  public ServedModels(Supplier<Optional<ServedModel>> given) {
    this.given = given;
  }

  /** What answers. */
  public Optional<ServedModel> champion() {
    Optional<ServedModel> open = champion;
    return open.isPresent() ? open : given.get();
  }

  /** What is in test. */
  public Optional<ServedModel> challenger() {
    return challenger;
  }

  /**
   * Opens other models, where these are others, and lets them take over. One that does not run is
   * told in the log, and the one before goes on.
   *
   * @param champion id of the model that is to answer; empty: the given one
   * @param challenger id of the model in test
   * @param file where the model of an id lies
   */
  public synchronized void use(
      Optional<String> champion, Optional<String> challenger, Function<String, Path> file) {
    this.champion = opened(this.champion, champion, file);
    this.challenger = opened(this.challenger, challenger, file);
  }

  private Optional<ServedModel> opened(
      Optional<ServedModel> present, Optional<String> wanted, Function<String, Path> file) {
    if (present.map(ServedModel::id).equals(wanted)) {
      return present;
    }
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    Optional<ServedModel> known = given.get().filter(model -> model.id().equals(wanted.get()));
    if (known.isPresent()) {
      return known;
    }
    try {
      Classifier classifier = Classifier.open(file.apply(wanted.get()));
      ServedModel model = new Held(ServedModel.of(classifier));
      // Requests hold the model, not the classifier: once none does, nothing can ask it any more.
      var _ = cleaner.register(model, classifier::close);
      LOG.info("model {} answers at the hub", wanted.get());
      return Optional.of(model);
    } catch (ClassifierException e) {
      LOG.error("model {} does not run at the hub: {}", wanted.get(), e.getMessage());
      return present;
    }
  }

  /** Forgets the models; those that requests hold are closed after them. */
  @Override
  public synchronized void close() {
    champion = Optional.empty();
    challenger = Optional.empty();
  }

  /** A model that is reachable as long as somebody may ask it. */
  private record Held(ServedModel model) implements ServedModel {
    @Override
    public String id() {
      return model.id();
    }

    @Override
    public List<String> labels() {
      return model.labels();
    }

    @Override
    public Prediction classify(WaferMap wafer) {
      return classify(List.of(wafer)).getFirst();
    }

    @Override
    public List<Prediction> classify(List<WaferMap> wafers) {
      try {
        return model.classify(wafers);
      } finally {
        Reference.reachabilityFence(this);
      }
    }

    @Override
    public Explanation explain(WaferMap wafer, String label) {
      try {
        return model.explain(wafer, label);
      } finally {
        Reference.reachabilityFence(this);
      }
    }
  }
}
