package fabwafer.app;

import java.io.Console;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A bar that shows how far a data set is read; on a terminal only. */
final class DatasetProgress implements AutoCloseable {
  private static final int STEP = 512;

  private final String task;
  private final boolean terminal;
  private @Nullable ProgressBar bar;

  DatasetProgress(String task) {
    this.task = task;
    this.terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }

  /**
   * Shows how far it is.
   *
   * @param total rows or files in all, -1 where nobody knows
   */
  void at(long done, long total) {
    if (!terminal || (done % STEP != 0 && done != total)) {
      return;
    }
    if (bar == null) {
      bar = new ProgressBarBuilder().setTaskName(task).setInitialMax(total).showSpeed().build();
    }
    bar.stepTo(done);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
