package fabwafer.hub.watch;

import fabwafer.classifier.Judgement.Conformal;
import fabwafer.hub.HubException;
import fabwafer.hub.alarm.SystemAlarms;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.database.Database;
import fabwafer.hub.registry.ModelException;
import fabwafer.hub.registry.ModelRegistry;
import fabwafer.hub.review.ReviewConfig;
import fabwafer.hub.watch.CoverageRows.Reviewed;
import fabwafer.hub.watch.CoverageRows.Truth;
import fabwafer.protocol.AssessmentFields;
import fabwafer.wafer.DefectPattern;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Follows the labels that people give, and counts whether the conformal sets of the wafers held
 * them. Only wafers of the random share count: what is given out because it teaches is what models
 * are worst at. A label whose sets hold it too rarely is widened ({@link TightenedSets}) and raises
 * an alarm, until that is over. Each label counts once, over kills, too: how far it is stands in
 * the same transaction.
 */
public final class CoverageWatch implements AutoCloseable {
  /** The kind of the alarms. */
  public static final String ALARM = "coverage";

  /** Reviewed wafers of a label that are looked at, the last ones. */
  static final int WINDOW = 200;

  /**
   * How unlikely it must be, at each new review, that so few are covered by chance. Small, as each
   * review is another try: docs/decisions/watch.md says what was measured.
   */
  static final double ALPHA = 0.0005;

  private static final Logger LOG = LoggerFactory.getLogger(CoverageWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final int BATCH = 200;

  private final Database database;
  private final ClassificationStore classifications;
  private final ModelRegistry registry;
  private final SystemAlarms alarms;
  private final ReviewConfig reviews;
  private final TightenedSets tightened;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("coverage-watch").daemon().factory());

  /** What it works with. */
  public record Parts(
      Database database,
      ClassificationStore classifications,
      ModelRegistry registry,
      SystemAlarms alarms) {}

  /**
   * The watch; sets that slipped before are widened at once.
   *
   * @param reviews says which wafers are of the random share
   * @param tightened is told which sets to widen
   */
  public CoverageWatch(Parts parts, ReviewConfig reviews, TightenedSets tightened) {
    this.database = parts.database();
    this.classifications = parts.classifications();
    this.registry = parts.registry();
    this.alarms = parts.alarms();
    this.reviews = reviews;
    this.tightened = tightened;
    tightened.set(database.read(CoverageRows::tightened));
  }

  /** Begins; returns at once. */
  public void start() {
    var _ =
        thread.scheduleWithFixedDelay(
            this::look, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(EVERY.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("the coverage watch did not stop within {}", EVERY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      catchUp();
    } catch (HubException | JdbiException e) {
      LOG.warn("coverage cannot be watched now: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("the coverage watch failed; it tries again", e);
    }
  }

  /** Looks at every label that was given since; on the calling thread. */
  public void catchUp() {
    endOthers();
    while (step()) {}
  }

  /** Counts some labels; answers whether there may be more. */
  private boolean step() {
    long last = database.read(CoverageRows::last);
    List<Truth> truths = database.read(handle -> CoverageRows.after(handle, last, BATCH));
    if (truths.isEmpty()) {
      return false;
    }
    List<Optional<Reviewed>> reviewed = truths.stream().map(this::reviewed).toList();
    database.change(
        handle -> {
          Set<ModelLabel> changed = new LinkedHashSet<>();
          for (int i = 0; i < truths.size(); i++) {
            CoverageRows.forget(handle, truths.get(i).wafer())
                .ifPresent(before -> changed.add(new ModelLabel(before.model(), before.label())));
            reviewed
                .get(i)
                .ifPresent(
                    wafer -> {
                      CoverageRows.add(handle, wafer);
                      changed.add(new ModelLabel(wafer.model(), wafer.label()));
                    });
          }
          changed.forEach(each -> judge(handle, each));
          CoverageRows.advance(handle, truths.getLast().id());
        });
    tightened.set(database.read(CoverageRows::tightened));
    return true;
  }

  /** A model and one of its labels. */
  record ModelLabel(String model, String label) {}

  /** What a label says of the set of its wafer; empty where it says nothing. */
  private Optional<Reviewed> reviewed(Truth truth) {
    if (!reviews.isSampled(truth.wafer())) {
      return Optional.empty();
    }
    Optional<Classification> wafer =
        classifications.find(truth.wafer().imgid(), truth.wafer().timestampMillis());
    if (wafer.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode fields = wafer.get().fields();
    // What the hub added is not what the model's sets hold.
    Optional<List<String>> set =
        fields.get(TightenedSets.SENT) instanceof ObjectNode sent
            ? AssessmentFields.read(sent).conformalSet()
            : AssessmentFields.read(fields).conformalSet();
    String model = fields.path("model").asString("");
    Optional<Double> probability = probability(fields, truth.label());
    if (set.isEmpty()
        || probability.isEmpty()
        || conformal(model).filter(card -> card.least().containsKey(truth.label())).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Reviewed(
            truth.wafer(),
            model,
            truth.label(),
            set.get().contains(truth.label()),
            probability.get(),
            truth.id()));
  }

  private static Optional<Double> probability(ObjectNode fields, String label) {
    for (Map.Entry<String, JsonNode> each : fields.path("probabilities").properties()) {
      if (each.getValue().isNumber() && DefectPattern.canonicalLabel(each.getKey()).equals(label)) {
        return Optional.of(each.getValue().doubleValue());
      }
    }
    return Optional.empty();
  }

  private Optional<Conformal> conformal(String model) {
    if (!model.matches("[0-9a-f]{64}")) {
      return Optional.empty();
    }
    try {
      return registry.require(model).card().judgement().conformal();
    } catch (ModelException e) {
      return Optional.empty(); // A model that this hub never had.
    }
  }

  private void judge(Handle handle, ModelLabel each) {
    Optional<Conformal> card = conformal(each.model());
    if (card.isEmpty()) {
      return;
    }
    List<Reviewed> window = CoverageRows.window(handle, each.model(), each.label(), WINDOW);
    long covered = window.stream().filter(Reviewed::covered).count();
    boolean slips =
        Coverage.slips(
            covered,
            window.size(),
            card.get().coverage(),
            ALPHA,
            CoverageRows.slipping(handle, each.model(), each.label()));
    Optional<Double> least =
        slips ? Optional.of(least(window, card.get(), each.label())) : Optional.empty();
    Coverage coverage =
        new Coverage(each.label(), window.size(), covered, card.get().coverage(), slips, least);
    CoverageRows.store(handle, each.model(), coverage);
    boolean answers = registry.inUse().champion().equals(Optional.of(each.model()));
    if (slips && answers) {
      alarms.raise(handle, ALARM, subject(each), text(each, coverage));
    } else {
      alarms.clear(handle, ALARM, subject(each));
    }
  }

  /** The least probability from which on a wafer's set holds the label, so that sets are wide. */
  private static double least(List<Reviewed> window, Conformal card, String label) {
    double[] probabilities = window.stream().mapToDouble(Reviewed::probability).sorted().toArray();
    return Math.min(
        Coverage.least(probabilities, card.coverage()), card.least().getOrDefault(label, 1.0));
  }

  private static String text(ModelLabel each, Coverage coverage) {
    return String.format(
        Locale.ROOT,
        "of the last %,d reviewed wafers with %s, the sets of model %s held it on %,d (%.1f %%);"
            + " stated are %.1f %%; sets are widened",
        coverage.reviewed(),
        each.label(),
        each.model().substring(0, 12),
        coverage.covered(),
        100.0 * coverage.covered() / coverage.reviewed(),
        100 * coverage.stated());
  }

  private static String subject(ModelLabel each) {
    return each.label() + " of model " + each.model();
  }

  /**
   * Nobody asks any more how a model does that is no longer the champion. Its sets stay wide where
   * cameras still use it.
   */
  private void endOthers() {
    Optional<String> champion = registry.inUse().champion();
    List<ModelLabel> ended =
        champion
            .map(now -> database.read(handle -> CoverageRows.slippingOfOthers(handle, now)))
            .orElse(List.of());
    if (ended.isEmpty()) {
      return;
    }
    database.change(
        handle ->
            ended.forEach(
                each -> {
                  CoverageRows.end(handle, each);
                  alarms.clear(handle, ALARM, subject(each));
                }));
  }
}
