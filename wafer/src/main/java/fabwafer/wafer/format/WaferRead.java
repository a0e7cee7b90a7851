package fabwafer.wafer.format;

import fabwafer.wafer.record.WaferRecord;

/** What became of one part of a file. */
public sealed interface WaferRead {

  /** A wafer. */
  record Wafer(WaferRecord record) implements WaferRead {}

  /**
   * A file in an archive that should hold a wafer and cannot be read; the others go on.
   *
   * @param where the archive and the file in it: {@code lot.zip!W01.txt}
   * @param reason what is wrong, and where
   */
  record Refused(String where, String reason) implements WaferRead {}

  /**
   * A file in an archive that holds no wafer map, such as a summary.
   *
   * @param where the archive and the file in it
   * @param reason why
   */
  record PassedOver(String where, String reason) implements WaferRead {}
}
