package fabwafer.hub.upload;

import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.format.ReadOptions;
import fabwafer.wafer.format.WaferFiles;
import fabwafer.wafer.format.WaferRead;
import fabwafer.wafer.record.WaferRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What was read of an uploaded file, all of it before anything is stored.
 *
 * @param wafers in the file's order
 * @param refused files in an archive that should hold a wafer and cannot be read
 * @param passedOver files in an archive that hold none
 */
record ReadUpload(List<WaferRecord> wafers, List<WaferRead.Refused> refused, int passedOver) {
  /** Most positions and, at eight each, defects of all wafers of an upload: some 200 MB. */
  static final long MOST_POSITIONS = 8_000_000;

  private static final int COST_OF_DEFECT = 8;

  /** Most refused files that are told one by one. */
  private static final int MOST_REFUSED = 100;

  /**
   * Reads a file.
   *
   * @throws ProblemException if it holds no wafer, or is damaged or past a bound
   */
  static ReadUpload of(String name, byte[] file, ReadOptions options, int maxWafers) {
    List<WaferRecord> wafers = new ArrayList<>();
    List<WaferRead.Refused> refused = new ArrayList<>();
    int[] passedOver = new int[1];
    long[] positions = new long[1];
    try {
      WaferFiles.read(
          name,
          new ByteArrayInputStream(file),
          options,
          read -> {
            switch (read) {
              case WaferRead.Wafer(WaferRecord record) -> {
                positions[0] +=
                    (long) record.map().height() * record.map().width()
                        + (long) COST_OF_DEFECT * record.defects().size();
                requireRoom(wafers.size() + 1, maxWafers, positions[0]);
                wafers.add(record);
              }
              case WaferRead.Refused one -> {
                if (refused.size() < MOST_REFUSED) {
                  refused.add(one);
                }
              }
              case WaferRead.PassedOver _ -> passedOver[0]++;
            }
          });
    } catch (WaferException e) {
      throw unreadable(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (wafers.isEmpty()) {
      throw unreadable(
          refused.isEmpty()
              ? "%s holds no wafer; %,d files in it were passed over".formatted(name, passedOver[0])
              : refused.getFirst().where() + ": " + refused.getFirst().reason());
    }
    return new ReadUpload(List.copyOf(wafers), List.copyOf(refused), passedOver[0]);
  }

  /** Thrown as what no reader takes for a fault of one file in an archive. */
  private static void requireRoom(int wafers, int maxWafers, long positions) {
    if (wafers > maxWafers) {
      throw unreadable(
          "the file holds more than %,d wafers, which is the limit".formatted(maxWafers));
    }
    if (positions > MOST_POSITIONS) {
      throw unreadable(
          "the wafers of the file have more than %,d positions, which is the limit; an agent takes it"
              .formatted(MOST_POSITIONS));
    }
  }

  private static ProblemException unreadable(String detail) {
    return new ProblemException(Problem.UNREADABLE_FILE, detail);
  }
}
