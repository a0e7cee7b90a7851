package fabwafer.wafer.format;

import fabwafer.wafer.record.WaferRecord;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** KLARF, told apart by its first word: statements (1.1 to 1.7) or records in braces (1.8). */
final class KlarfReader {
  private static final Pattern RECORDS = Pattern.compile("(?s)Record\\s+FileRecord\\b.*");
  private static final Pattern STATEMENTS = Pattern.compile("(?si)FileVersion\\s+[0-9].*");

  private KlarfReader() {}

  static boolean recognises(String head) {
    String start = head.stripLeading();
    return RECORDS.matcher(start).matches() || STATEMENTS.matcher(start).matches();
  }

  static void read(Input input, Consumer<WaferRecord> wafers) throws IOException {
    String start = Lines.decoded(input.head()).stripLeading();
    if (RECORDS.matcher(start).matches()) {
      new KlarfRecordsReader(input, wafers).read();
    } else {
      new KlarfStatementsReader(input, wafers).read();
    }
  }
}
