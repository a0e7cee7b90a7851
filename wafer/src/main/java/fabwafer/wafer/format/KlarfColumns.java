package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.record.Defect;
import java.util.List;
import java.util.Locale;

/** Where a defect's values stand in a row, by the names of its columns. */
final class KlarfColumns {
  /** Most columns of a defect; the largest known have 45. */
  static final int MAX_COLUMNS = 500;

  private final List<String> names;
  private final double micronsAUnit;
  private final int id;
  private final int x;
  private final int y;
  private final int xRel;
  private final int yRel;
  private final int xSize;
  private final int ySize;
  private final int size;
  private final int classNumber;

  /**
   * Columns in order.
   *
   * @param micronsAUnit 1 where lengths are microns, 0.001 where they are nanometres
   * @throws WaferException if the die's indices are not among them
   */
  KlarfColumns(List<String> names, double micronsAUnit) {
    this.names = names.stream().map(name -> name.toUpperCase(Locale.ROOT)).toList();
    this.micronsAUnit = micronsAUnit;
    this.id = this.names.indexOf("DEFECTID");
    this.x = required("XINDEX");
    this.y = required("YINDEX");
    this.xRel = this.names.indexOf("XREL");
    this.yRel = this.names.indexOf("YREL");
    this.xSize = this.names.indexOf("XSIZE");
    this.ySize = this.names.indexOf("YSIZE");
    this.size = this.names.indexOf("DSIZE");
    this.classNumber = this.names.indexOf("CLASSNUMBER");
  }

  private int required(String name) {
    int at = names.indexOf(name);
    if (at < 0) {
      throw new WaferException("the columns of defects have no %s: %s".formatted(name, names));
    }
    return at;
  }

  int count() {
    return names.size();
  }

  String name(int column) {
    return names.get(column);
  }

  /**
   * The defect of a row.
   *
   * @param values a value a column
   */
  Defect defect(KlarfTokens tokens, String[] values, List<String> images) {
    double larger = Math.max(length(tokens, values, xSize), length(tokens, values, ySize));
    double stated = length(tokens, values, size);
    return new Defect(
        whole(tokens, values, id),
        tokens.whole("XINDEX", values[x]),
        tokens.whole("YINDEX", values[y]),
        length(tokens, values, xRel),
        length(tokens, values, yRel),
        Double.isNaN(stated) ? larger : stated,
        whole(tokens, values, classNumber),
        images);
  }

  /** A number that a defect may do without. */
  private int whole(KlarfTokens tokens, String[] values, int column) {
    return column < 0 || KlarfTokens.isMissing(values[column])
        ? 0
        : tokens.whole(names.get(column), values[column]);
  }

  private double length(KlarfTokens tokens, String[] values, int column) {
    return column < 0 || KlarfTokens.isMissing(values[column])
        ? Double.NaN
        : micronsAUnit * tokens.decimal(names.get(column), values[column]);
  }
}
