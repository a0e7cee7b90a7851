package fabwafer.wafer.format;

import fabwafer.wafer.record.WaferRecord;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** The formats that are read, in the order in which they are tried. */
public enum WaferFormat {
  STDF("STDF V4"),
  PICTURE("picture of a wafer map"),
  KLARF("KLARF"),
  SEMI_XML("SEMI G85 or E142"),
  SINF("SINF"),
  TEXT_MAP("prober text map"),
  JSON("JSON"),
  TABLE("CSV or TSV");

  private final String title;

  WaferFormat(String title) {
    this.title = title;
  }

  /** The format's name, for people. */
  public String title() {
    return title;
  }

  /** The format of a file's first bytes; empty if it is none of these. */
  static Optional<WaferFormat> of(byte[] head) {
    String text = Lines.decoded(head);
    boolean binary = text.indexOf('\0') >= 0;
    for (WaferFormat format : values()) {
      if (format.recognises(head, binary ? "" : text)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a file is of this format.
   *
   * @param text the head as characters; empty if it is none
   */
  private boolean recognises(byte[] head, String text) {
    return switch (this) {
      case STDF -> StdfReader.recognises(head);
      case PICTURE -> PictureReader.recognises(head);
      case KLARF -> KlarfReader.recognises(text);
      case SEMI_XML -> SemiXmlReader.recognises(text);
      case SINF -> SinfReader.recognises(text);
      case TEXT_MAP -> TextMapReader.recognises(text);
      case JSON -> JsonReader.recognises(text);
      case TABLE -> TableReader.recognises(text);
    };
  }

  /**
   * Hands out each wafer of a file of this format as soon as it is whole.
   *
   * @throws fabwafer.wafer.WaferException if the file is damaged or past a bound; wafers handed out
   *     before were whole
   */
  void read(Input input, Consumer<WaferRecord> wafers) throws IOException {
    switch (this) {
      case STDF -> StdfReader.read(input, wafers);
      case PICTURE -> PictureReader.read(input, wafers);
      case KLARF -> KlarfReader.read(input, wafers);
      case SEMI_XML -> SemiXmlReader.read(input, wafers);
      case SINF -> SinfReader.read(input, wafers);
      case TEXT_MAP -> TextMapReader.read(input, wafers);
      case JSON -> JsonReader.read(input, wafers);
      case TABLE -> TableReader.read(input, wafers);
    }
  }
}
