package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.record.WaferRecord;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** SEMI G85 and E142: XML files, told apart by their root element. */
final class SemiXmlReader {
  private static final Pattern ROOT =
      Pattern.compile("<(?:[A-Za-z_][\\w.-]*:)?(Maps?|MapData)[\\s>/]");

  private SemiXmlReader() {}

  /** XML whose root is a map, or that refuses to show its root at once. */
  static boolean recognises(String head) {
    String start = head.stripLeading();
    return start.startsWith("<") && (ROOT.matcher(start).find() || start.startsWith("<?xml"));
  }

  static void read(Input input, Consumer<WaferRecord> wafers) throws IOException {
    XmlStream xml = new XmlStream(input);
    if (xml.next() != XmlStream.Event.START) {
      throw new WaferException("the XML has no element");
    }
    switch (xml.name()) {
      case "Map", "Maps" -> new G85Reader(input, xml, wafers).read();
      case "MapData" -> new E142Reader(input, xml, wafers).read();
      default ->
          throw new WaferException(
              "the XML is no wafer map: its root must be Map, Maps (SEMI G85) or MapData (SEMI E142), got %s"
                  .formatted(xml.name()));
    }
  }
}
