package fabwafer.hub.review;

import java.util.Locale;

/** Why a wafer is given to a reviewer. */
enum ReviewKind {
  /** Two reviewers say otherwise: a third decides. */
  DISPUTED,
  /** Its label teaches most. */
  TEACHING,
  /** It is of the random share. */
  RANDOM,
  /** Another reviewer judged it; whether they agree is of interest. */
  SECOND,
  /** Its label is settled: the reviewer is measured, the label stays. */
  KNOWN,
  /** It was not given out: the reviewer came across it. */
  DIRECT;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ReviewKind ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
