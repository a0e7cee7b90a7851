package fabwafer.hub.delivery;

import fabwafer.hub.delivery.DeliveryConfig.Rules;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.model.ModelReport;
import fabwafer.protocol.model.ModelReport.Counts;
import fabwafer.protocol.model.ModelReport.State;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says of one stage of a rollout whether it is over, to be waited for, or bad. */
final class Judge {
  /** Below so many wafers a share says little. */
  private static final long LEAST_COMPARED = 20;

  /** One or two failures may be the wafers'. */
  private static final long LEAST_ERRORS = 3;

  /** Times as short as this vary by themselves. */
  private static final double SPARED_MILLIS = 5;

  /** Cameras that are named as waited for: a page's worth. */
  private static final int MAX_NAMED = 50;

  private final Rules rules;

  Judge(Rules rules) {
    this.rules = rules;
  }

  /** What is to be done. */
  sealed interface Verdict {
    /** The next stage may begin. */
    record Over() implements Verdict {}

    /** Not every camera has seen enough. */
    record Waiting() implements Verdict {}

    /** The model is to go. */
    record Bad(String reason) implements Verdict {}
  }

  /**
   * A camera whose turn has come.
   *
   * @param online whether its agent is there
   * @param reports what its agents say of its order; empty where they have not spoken
   */
  record Seen(DeviceName device, boolean online, List<ModelReport> reports) {}

  /**
   * Judges a stage.
   *
   * @param seen the cameras of this stage and those before
   * @param soaked whether the stage has lasted as long as stages with few wafers do
   */
  Verdict judge(String model, List<Seen> seen, boolean soaked) {
    boolean waits = false;
    boolean any = false;
    for (Seen camera : seen) {
      boolean done = false;
      for (ModelReport report : camera.reports) {
        Optional<String> fault = fault(model, report);
        if (fault.isPresent()) {
          return new Verdict.Bad(camera.device + ": " + fault.get());
        }
        done |= isDone(model, report, soaked);
      }
      any |= done;
      waits |= camera.online && !done;
    }
    return waits || (!any && !seen.isEmpty()) ? new Verdict.Waiting() : new Verdict.Over();
  }

  /**
   * What cameras of a stage are waited for and why, for people: {@code faba/camera1 receives it}.
   */
  List<String> waitsFor(String model, List<Seen> seen, boolean soaked) {
    return seen.stream()
        .filter(camera -> camera.reports.stream().noneMatch(one -> isDone(model, one, soaked)))
        .map(camera -> camera.device + " " + lacks(model, camera))
        .limit(MAX_NAMED)
        .toList();
  }

  private String lacks(String model, Seen camera) {
    if (!camera.online) {
      return "is away and holds up nobody";
    }
    if (camera.reports.isEmpty()) {
      return "has not spoken of it yet";
    }
    ModelReport report = camera.reports.getFirst();
    return switch (report.state()) {
      case RECEIVING -> "receives it";
      case CHECKING -> "tries it on its test vectors";
      case REFUSED -> "refuses it: " + report.reason().orElse("without a reason");
      case SERVING ->
          report.serving().equals(model)
              ? "has shown %d of %d wafers to both models"
                  .formatted(report.counts().compared(), rules.probation())
              : "has it and still serves the model before";
    };
  }

  private boolean isDone(String model, ModelReport report, boolean soaked) {
    return report.serving().equals(model)
        && report.state() == State.SERVING
        && (soaked || report.counts().compared() >= rules.probation());
  }

  private Optional<String> fault(String model, ModelReport report) {
    if (report.state() == State.REFUSED) {
      return Optional.of("refuses it: " + report.reason().orElse("without a reason"));
    }
    if (!report.serving().equals(model)) {
      return Optional.empty();
    }
    Counts counts = report.counts();
    if (counts.errors() >= LEAST_ERRORS
        && counts.errors() > rules.maxErrorShare() * counts.wafers()) {
      return Optional.of(
          "it fails on %d of %d wafers, allowed are %s"
              .formatted(counts.errors(), counts.wafers(), percent(rules.maxErrorShare())));
    }
    if (counts.compared() < LEAST_COMPARED) {
      return Optional.empty();
    }
    if (counts.disagreements() > rules.maxDisagreementShare() * counts.compared()) {
      return Optional.of(
          "it disagrees with the model before on %d of %d wafers, allowed are %s"
              .formatted(
                  counts.disagreements(),
                  counts.compared(),
                  percent(rules.maxDisagreementShare())));
    }
    double most = rules.maxSlowdown() * counts.previousMeanMillis() + SPARED_MILLIS;
    return counts.meanMillis() > most
        ? Optional.of(
            "it takes %s a wafer, the model before %s; allowed are %s"
                .formatted(
                    millis(counts.meanMillis()), millis(counts.previousMeanMillis()), millis(most)))
        : Optional.empty();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String millis(double millis) {
    return String.format(Locale.ROOT, "%.1f ms", millis);
  }
}
