package fabwafer.hub.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.apache.pdfbox.pdfwriter.compress.CompressParameters;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.apache.pdfbox.pdmodel.graphics.state.RenderingMode;

/**
 * One A4 page of a PDF file, written from the top: y counts downwards, in points, to a text's base
 * line. Its bytes follow from what is written alone: no time and no chance is in them.
 */
final class CardPage implements AutoCloseable {
  /** The font that PDFBox brings: no font of the machine is needed, and none makes a difference. */
  private static final String FONT = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

  private static final float INK = 0.09f;
  private static final float FAINT = 0.38f;
  private static final float PALE = 0.85f;

  private final PDDocument document;
  private final PDPageContentStream content;
  private final PDFont font;
  private boolean finished;

  private CardPage(PDDocument document, PDPageContentStream content, PDFont font) {
    this.document = document;
    this.content = content;
    this.font = font;
  }

  static CardPage open(String title) throws IOException {
    PDDocument document = new PDDocument();
    document.setDocumentId(0L);
    document.getDocumentInformation().setTitle(title);
    PDPage page = new PDPage(PDRectangle.A4);
    document.addPage(page);
    try (InputStream in = PDDocument.class.getResourceAsStream(FONT)) {
      PDFont font = PDType0Font.load(document, Objects.requireNonNull(in, FONT), true);
      return new CardPage(document, new PDPageContentStream(document, page), font);
    }
  }

  /** A text, cut with … where it would go beyond a place. */
  void text(double x, double y, double size, String text, double end) throws IOException {
    write(x, y, size, text, end, INK, RenderingMode.FILL);
  }

  void faint(double x, double y, double size, String text, double end) throws IOException {
    write(x, y, size, text, end, FAINT, RenderingMode.FILL);
  }

  /** There is one font: bold is drawn about its rim, too. */
  void bold(double x, double y, double size, String text, double end) throws IOException {
    write(x, y, size, text, end, INK, RenderingMode.FILL_STROKE);
  }

  /** A share in [0, 1] of a bar beside a text's line. */
  void bar(double x, double y, double length, double share) throws IOException {
    rectangle(x, y, length, PALE);
    rectangle(x, y, length * Math.clamp(share, 0, 1), FAINT);
  }

  void rule(double from, double to, double y) throws IOException {
    content.setStrokingColor(PALE);
    content.setLineWidth(0.7f);
    content.moveTo((float) from, up(y));
    content.lineTo((float) to, up(y));
    content.stroke();
  }

  /** A PNG picture from its top left corner on. */
  void picture(byte[] png, double x, double y, double width, double height) throws IOException {
    PDImageXObject image = PDImageXObject.createFromByteArray(document, png, "wafer");
    content.drawImage(image, (float) x, up(y + height), (float) width, (float) height);
  }

  /** The file; nothing can be written after it. */
  byte[] finish() throws IOException {
    finished = true;
    content.close();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    document.save(bytes, CompressParameters.NO_COMPRESSION);
    return bytes.toByteArray();
  }

  @Override
  public void close() throws IOException {
    if (!finished) {
      content.close();
    }
    document.close();
  }

  private void rectangle(double x, double y, double width, float grey) throws IOException {
    content.setNonStrokingColor(grey);
    content.addRect((float) x, up(y), (float) width, 5);
    content.fill();
  }

  private void write(
      double x, double y, double size, String text, double end, float grey, RenderingMode mode)
      throws IOException {
    String fitting = fitting(writable(text), size, end - x);
    if (fitting.isEmpty()) {
      return;
    }
    content.beginText();
    content.setFont(font, (float) size);
    content.setNonStrokingColor(grey);
    content.setStrokingColor(grey);
    content.setLineWidth((float) size / 40);
    content.setRenderingMode(mode);
    content.newLineAtOffset((float) x, up(y));
    content.showText(fitting);
    content.endText();
  }

  /** With ? for what the font cannot write: people write in every script. */
  private String writable(String text) {
    StringBuilder writable = new StringBuilder();
    text.codePoints()
        .map(point -> Character.isWhitespace(point) ? ' ' : point)
        .filter(point -> !Character.isISOControl(point))
        .forEach(point -> writable.append(canWrite(point) ? Character.toString(point) : "?"));
    return writable.toString();
  }

  private boolean canWrite(int point) {
    try {
      font.encode(Character.toString(point));
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  private String fitting(String text, double size, double room) throws IOException {
    if (width(text, size) <= room) {
      return text;
    }
    int end = text.length();
    while (end > 0 && width(text.substring(0, end) + "…", size) > room) {
      end--;
    }
    return end == 0 ? "" : text.substring(0, end) + "…";
  }

  private double width(String text, double size) throws IOException {
    return font.getStringWidth(text) / 1000 * size;
  }

  private static float up(double y) {
    return (float) (PDRectangle.A4.getHeight() - y);
  }
}
