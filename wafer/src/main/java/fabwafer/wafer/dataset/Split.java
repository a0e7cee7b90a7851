package fabwafer.wafer.dataset;

import java.util.Locale;
import java.util.Optional;

/** Which part of a data set its maker put a wafer in. */
public enum Split {
  TRAIN,
  VALID,
  TEST,
  /** The data set has no parts; it may have folds. */
  UNSPLIT;

  /** The part whose folder has a name, compared without case. */
  public static Optional<Split> ofFolder(String name) {
    for (Split split : values()) {
      if (split.folder().equals(name.toLowerCase(Locale.ROOT))) {
        return Optional.of(split);
      }
    }
    return Optional.empty();
  }

  /** The name of the part's folder: {@code train}, {@code valid}, {@code test}, {@code unsplit}. */
  public String folder() {
    return name().toLowerCase(Locale.ROOT);
  }
}
