package fabwafer.wafer;

/** What a position of the die grid holds. */
public enum Die {
  /** No die here: outside the wafer, or a position that is not tested (SEMI G85: NullBin). */
  ABSENT(0),
  /** A die that passed its test. */
  PASS(1),
  /** A die that failed its test. */
  FAIL(2);

  private final byte code;

  Die(int code) {
    this.code = (byte) code;
  }

  /** The die's code in arrays and data sets: 0 absent, 1 pass, 2 fail. */
  public byte code() {
    return code;
  }

  /**
   * The die state of a cell code.
   *
   * @param code 0, 1 or 2
   * @throws WaferException if the code is none of them
   */
  public static Die ofCode(int code) {
    return switch (code) {
      case 0 -> ABSENT;
      case 1 -> PASS;
      case 2 -> FAIL;
      default -> throw new WaferException("a die's code must be 0, 1 or 2, got " + code);
    };
  }
}
