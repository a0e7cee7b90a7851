package fabwafer.wafer.record;

import fabwafer.wafer.Die;

/** What a source says of a position of its grid. A wafer map keeps of it only what was tested. */
public enum DieState {
  /** No die here. */
  ABSENT(0, Die.ABSENT),
  /** Tested and passed; or inspected and without a defect that counts. */
  PASS(1, Die.PASS),
  /** Tested and failed; or with a defect that counts. */
  FAIL(2, Die.FAIL),
  /** A die that was not tested this time. */
  SKIPPED(3, Die.ABSENT),
  /** An incomplete or excluded die at the edge of the wafer; not tested. */
  EDGE(4, Die.ABSENT),
  /** A die to align by, such as a mirror die; not a product. */
  REFERENCE(5, Die.ABSENT);

  private static final DieState[] BY_CODE = values();

  private final byte code;
  private final Die die;

  DieState(int code, Die die) {
    this.code = (byte) code;
    this.die = die;
  }

  /** What a wafer map holds at this position. */
  public Die die() {
    return die;
  }

  byte code() {
    return code;
  }

  static DieState ofCode(byte code) {
    return BY_CODE[code];
  }
}
