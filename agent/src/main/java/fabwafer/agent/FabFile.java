package fabwafer.agent;

import fabwafer.agent.AgentConfig.Files;
import fabwafer.agent.Inbox.Candidate;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.format.WaferFiles;
import fabwafer.wafer.format.WaferRead;
import fabwafer.wafer.record.WaferRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.LinkOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A file of a fab's format, in a camera's folder. It is read to its end before any of its wafers is
 * believed: one that is still being written must not be published in part. Its wafers are kept for
 * that long where they are few; else they are read a second time.
 */
final class FabFile {
  /** Positions and, at eight each, defects of the wafers that are kept: some 100 MB. */
  private static final long MOST_KEPT = 4_000_000;

  private static final int COST_OF_DEFECT = 8;
  private static final int MOST_PROBLEMS_TOLD = 10;

  private final Candidate candidate;
  private final Files settings;
  private final List<WaferRecord> kept = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private long keptCost;
  private int wafers;
  private int bad;
  private int passedOver;
  private boolean tooMany;

  private FabFile(Candidate candidate, Files settings) {
    this.candidate = candidate;
    this.settings = settings;
  }

  /**
   * Reads a file to its end.
   *
   * @throws IOException if it is gone or cannot be read
   */
  static FabFile check(Candidate candidate, Files settings) throws IOException {
    FabFile file = new FabFile(candidate, settings);
    try {
      file.read(file::look);
    } catch (WaferException e) {
      file.note(String.valueOf(e.getMessage()));
    } catch (TooManyException e) {
      file.tooMany = true;
    }
    return file;
  }

  /** Ends the reading of a file with more wafers than are taken. */
  private static final class TooManyException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private void look(WaferRead read) {
    switch (read) {
      case WaferRead.Wafer(WaferRecord record) -> {
        if (wafers == settings.maxWafers()) {
          throw new TooManyException();
        }
        wafers++;
        keptCost +=
            (long) record.map().height() * record.map().width()
                + (long) COST_OF_DEFECT * record.defects().size();
        if (keptCost <= MOST_KEPT) {
          kept.add(record);
        } else {
          kept.clear();
        }
      }
      case WaferRead.Refused(String where, String reason) -> note(where + ": " + reason);
      case WaferRead.PassedOver _ -> passedOver++;
    }
  }

  private void note(String problem) {
    bad++;
    if (problems.size() < MOST_PROBLEMS_TOLD) {
      problems.add(problem);
    }
  }

  /** Wafers that can be read. */
  int wafers() {
    return wafers;
  }

  /** Whether all of it could be read, or is past a bound for good: waiting mends nothing. */
  boolean isSettled() {
    return tooMany || (problems.isEmpty() && wafers > 0);
  }

  /** Whether none of its wafers is taken. */
  boolean isRefused() {
    return tooMany || wafers == 0;
  }

  /** Why not all of it is taken; empty where all is. */
  String reason() {
    if (tooMany) {
      return "the file holds more than %,d wafers, which is the limit (file-wafers)"
          .formatted(settings.maxWafers());
    }
    if (problems.isEmpty()) {
      return wafers > 0
          ? ""
          : "the archive holds no wafer; %,d files in it were passed over".formatted(passedOver);
    }
    String told = String.join("; ", problems);
    String more = bad > problems.size() ? "; and %,d more".formatted(bad - problems.size()) : "";
    return wafers == 0
        ? told + more
        : "%,d wafers were taken; not: %s%s".formatted(wafers, told, more);
  }

  /**
   * Hands out its wafers in their order.
   *
   * @throws IOException if it is gone or cannot be read any more
   * @throws WaferException if it is not what it was
   */
  void wafers(Consumer<WaferRecord> taking) throws IOException {
    if (kept.size() == wafers) {
      kept.forEach(taking);
      return;
    }
    int[] left = {wafers};
    try {
      read(
          read -> {
            if (read instanceof WaferRead.Wafer(WaferRecord record) && left[0] > 0) {
              left[0]--;
              taking.accept(record);
            }
          });
    } catch (WaferException e) {
      if (left[0] > 0) {
        throw e;
      }
    }
  }

  private void read(Consumer<WaferRead> reads) throws IOException {
    try (InputStream in =
        java.nio.file.Files.newInputStream(candidate.file(), LinkOption.NOFOLLOW_LINKS)) {
      WaferFiles.read(candidate.name(), in, settings.reading(), reads);
    }
  }
}
