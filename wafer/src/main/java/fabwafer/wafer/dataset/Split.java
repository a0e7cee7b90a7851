package fabwafer.wafer.dataset;

import java.util.Locale;

/** Which part of a data set its maker put a wafer in. */
public enum Split {
  TRAIN,
  VALID,
  TEST,
  /** The data set has no parts; it may have folds. */
  UNSPLIT;

  /** The name of the part's folder: {@code train}, {@code valid}, {@code test}, {@code unsplit}. */
  public String folder() {
    return name().toLowerCase(Locale.ROOT);
  }
}
