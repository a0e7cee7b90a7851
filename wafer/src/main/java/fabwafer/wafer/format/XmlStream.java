package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import java.io.IOException;
import java.util.Locale;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An XML file as a stream of starts, ends and texts of elements: no document type, no entities but
 * the five built in, nothing fetched, depth and text bounded.
 */
final class XmlStream {
  private static final int MAX_DEPTH = 64;
  private static final long MAX_BYTES = 128L << 20;

  private final XMLStreamReader in;
  private int depth;
  private String text = "";

  /** What comes next. */
  enum Event {
    START,
    END,
    FINISHED
  }

  XmlStream(Input input) throws IOException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> {
          throw new XMLStreamException("external entities are not fetched");
        });
    try {
      in = factory.createXMLStreamReader(input.atMost(MAX_BYTES, "XML"));
    } catch (XMLStreamException e) {
      throw damaged(e);
    }
  }

  /** Goes to the next start or end of an element; at an end, {@link #text()} is its last text. */
  Event next() throws IOException {
    StringBuilder characters = new StringBuilder();
    try {
      while (in.hasNext()) {
        switch (in.next()) {
          case XMLStreamConstants.START_ELEMENT -> {
            depth++;
            if (depth > MAX_DEPTH) {
              throw new WaferException(
                  "%s: elements are nested more than %d deep".formatted(where(), MAX_DEPTH));
            }
            return Event.START;
          }
          case XMLStreamConstants.END_ELEMENT -> {
            depth--;
            text = characters.toString();
            return Event.END;
          }
          case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
              append(characters, in.getTextCharacters(), in.getTextStart(), in.getTextLength());
          case XMLStreamConstants.DTD ->
              throw new WaferException(where() + ": a document type (DOCTYPE) is not accepted");
          case XMLStreamConstants.ENTITY_REFERENCE ->
              throw new WaferException(
                  "%s: the entity &%s; is not accepted".formatted(where(), in.getLocalName()));
          default -> {}
        }
      }
      return Event.FINISHED;
    } catch (XMLStreamException e) {
      throw damaged(e);
    } catch (WaferException e) {
      throw e;
    } catch (RuntimeException e) {
      // The JDK's parser answers some damage with unchecked exceptions, and wraps ours.
      if (e.getCause() instanceof WaferException inside) {
        throw inside;
      }
      throw new WaferException("the XML is damaged: " + e, e);
    }
  }

  private void append(StringBuilder characters, char[] from, int start, int length) {
    if (characters.length() + length > Lines.MAX_LINE) {
      throw new WaferException(
          "%s: an element's text is longer than %,d characters".formatted(where(), Lines.MAX_LINE));
    }
    characters.append(from, start, length);
  }

  private static WaferException damaged(XMLStreamException e) {
    if (e.getNestedException() instanceof WaferException inside) {
      return inside;
    }
    String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    if (message.toUpperCase(Locale.ROOT).contains("DOCTYPE")) {
      message = "a document type (DOCTYPE) is not accepted";
    }
    return new WaferException("the XML is damaged: " + message, e);
  }

  /** Name of the element that started or ended, without its namespace. */
  String name() {
    return in.getLocalName();
  }

  /** Text of the element that ended, after its last child. */
  String text() {
    return text;
  }

  /** An attribute of the element that started, empty if it is not there. */
  String attribute(String name) {
    for (int i = 0; i < in.getAttributeCount(); i++) {
      if (in.getAttributeLocalName(i).equals(name)) {
        return in.getAttributeValue(i).strip();
      }
    }
    return "";
  }

  /** The first of several attributes that is there and not empty. */
  String attribute(String name, String other) {
    String value = attribute(name);
    return value.isEmpty() ? attribute(other) : value;
  }

  /** The line, for messages. */
  String where() {
    return "line " + in.getLocation().getLineNumber();
  }
}
