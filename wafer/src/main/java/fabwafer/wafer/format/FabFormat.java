package fabwafer.wafer.format;

/** The forms in which a wafer is handed back to a fab. */
public enum FabFormat {
  /** A row a die: x, y, hard bin, soft bin, result. */
  CSV("csv"),
  /** SEMI G85 of 2001. */
  G85("g85.xml"),
  /** SEMI E142. */
  E142("e142.xml"),
  /** KLARF 1.2, of a wafer with defects. */
  KLARF("klarf");

  private final String suffix;

  FabFormat(String suffix) {
    this.suffix = suffix;
  }

  /** How a file's name ends, without the dot. */
  public String suffix() {
    return suffix;
  }
}
