package fabwafer.classifier.evaluation;

import fabwafer.classifier.evaluation.LabelDoubts.Suspect;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Suspected labels as a table for a reviewer: CSV after RFC 4180, in UTF-8. */
public final class Suspects {
  private static final Pattern NUMBERED = Pattern.compile("(?:row|wafer)([0-9]{1,9})");

  private Suspects() {}

  /**
   * The table {@code name,row,label,suggested,probability,margin}, the largest margin first. {@code
   * row} is the wafer's row in its data set where its name holds it, else empty.
   */
  public static byte[] csv(LabelDoubts doubts) {
    StringBuilder csv = new StringBuilder("name,row,label,suggested,probability,margin\r\n");
    for (Suspect suspect : doubts.suspects()) {
      String name = suspect.outcome().wafer().name();
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%s,%s,%.6f,%.6f\r\n",
              field(name),
              row(name),
              field(suspect.label()),
              field(suspect.suggested()),
              suspect.probability(),
              suspect.margin()));
    }
    return csv.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String row(String name) {
    Matcher matcher = NUMBERED.matcher(name);
    return matcher.matches() ? String.valueOf(Integer.parseInt(matcher.group(1))) : "";
  }

  private static String field(String given) {
    // A spreadsheet would take it for a formula.
    String text = given.matches("[=+@\t\r-].*") ? "'" + given : given;
    return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
