package fabwafer.hub.hold;

import java.util.Locale;

/** What becomes of the lot of a wafer at which a rule fires. */
public enum HoldMode {
  /** Nothing. */
  OFF,
  /** It is noted that it would be held; nobody is told. */
  SHADOW,
  /** It is proposed to be held; a person confirms or dismisses it. */
  CONFIRM,
  /** It is held at once. */
  AUTOMATIC;

  /** As the database and the REST interface spell it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
