package fabwafer.app;

import fabwafer.training.EpochReport;
import fabwafer.training.TrainingListener;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** Tells how a training goes: a line an epoch, and on a terminal a bar with the time left. */
final class TrainingProgress implements TrainingListener, AutoCloseable {
  /** Goes to the line's begin and clears it: the bar stands there. */
  private static final String CLEAR_LINE = "\r\033[K";

  private final PrintWriter print;
  private final boolean terminal;
  private @Nullable ProgressBar bar;
  private int stepsPerEpoch;

  TrainingProgress(PrintWriter print) {
    this.print = print;
    this.terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }

  @Override
  public void started(Plan plan) {
    stepsPerEpoch = plan.stepsPerEpoch();
    print.printf(
        Locale.ROOT,
        "training %,d parameters on %,d wafers, validating on %,d; %d epochs of %,d steps%s%n",
        plan.parameters(),
        plan.trainingWafers(),
        plan.validationWafers(),
        plan.epochs(),
        plan.stepsPerEpoch(),
        plan.epochsDone() == 0 ? "" : ", resumed after " + plan.epochsDone());
    print.flush();
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("train")
              .setUnit(" steps", 1)
              .setInitialMax((long) plan.epochs() * stepsPerEpoch)
              .startsFrom((long) plan.epochsDone() * stepsPerEpoch, Duration.ZERO)
              .showSpeed()
              .build();
    }
  }

  @Override
  public void stepped(int epoch, int step) {
    if (bar != null) {
      bar.stepTo((epoch - 1L) * stepsPerEpoch + step);
    }
  }

  @Override
  public void epochEnded(EpochReport report) {
    print.printf(
        Locale.ROOT,
        "%sepoch %3d  loss %.4f%s  %.0f wafers/s  %.0f s%n",
        terminal ? CLEAR_LINE : "",
        report.epoch(),
        report.trainingLoss(),
        Double.isNaN(report.validationLoss()) ? "" : validation(report),
        report.wafersPerSecond(),
        report.seconds());
    print.flush();
  }

  @Override
  public void stoppedEarly(EpochReport best) {
    print.printf(Locale.ROOT, "stopped early: epoch %d stayed the best%n", best.epoch());
    print.flush();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  private static String validation(EpochReport report) {
    return String.format(
        Locale.ROOT,
        "  validation %.4f  accuracy %.4f  macro-F1 %.4f, weighed %.4f%s  exact set %.4f  recall"
            + " %s",
        report.validationLoss(),
        report.accuracy(),
        report.macroF1(),
        report.macroF1Weighted(),
        report.best() ? " best" : "",
        report.exactMatch(),
        recalls(report));
  }

  private static String recalls(EpochReport report) {
    return report.recalls().entrySet().stream()
        .map(recall -> String.format(Locale.ROOT, "%s %.2f", recall.getKey(), recall.getValue()))
        .collect(Collectors.joining(", "));
  }
}
