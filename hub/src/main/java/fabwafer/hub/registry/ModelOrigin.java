package fabwafer.hub.registry;

import java.util.Locale;

/** How a model came into the registry. */
public enum ModelOrigin {
  /** It comes with the program. */
  PROGRAM,
  /** A person brought it. */
  IMPORT,
  /** This hub trained it. */
  TRAINING;

  /** As the REST contract and the database spell it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ModelOrigin ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
