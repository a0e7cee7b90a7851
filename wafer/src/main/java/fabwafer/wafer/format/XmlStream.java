package fabwafer.wafer.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.wafer.WaferException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final int DECLARATION = 200;
  private static final char MARK = '\uFEFF';
  private static final Pattern ENCODING =
      Pattern.compile(
          "<\\?xml[^>]{0,100}encoding\\s*=\\s*[\"']([A-Za-z][A-Za-z0-9._-]{0,40})[\"']");

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
      in = factory.createXMLStreamReader(characters(input));
    } catch (XMLStreamException e) {
      throw damaged(e);
    }
  }

  /**
   * The file as characters. The JDK's parser prints to the console where bytes are no characters,
   * so it gets none: what is none becomes a replacement character.
   */
  private static Reader characters(Input input) throws IOException {
    byte[] head = input.head();
    PushbackReader reader =
        new PushbackReader(
            new BufferedReader(
                new InputStreamReader(input.atMost(MAX_BYTES, "XML"), charset(head))));
    int first = reader.read();
    if (first != -1 && first != MARK) {
      reader.unread(first);
    }
    return reader;
  }

  private static Charset charset(byte[] head) {
    Charset marked = Lines.charset(head);
    Matcher encoding =
        ENCODING.matcher(new String(head, 0, Math.min(head.length, DECLARATION), ISO_8859_1));
    if (!marked.equals(UTF_8) || !encoding.find()) {
      return marked;
    }
    if (!Charset.isSupported(encoding.group(1))) {
      throw new WaferException("the XML's encoding '%s' is not known".formatted(encoding.group(1)));
    }
    return Charset.forName(encoding.group(1));
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
