package fabwafer.wafer.record;

import java.util.List;

/**
 * One spot that an inspection tool found.
 *
 * @param id the tool's number of it
 * @param x the die's column in the source's coordinates
 * @param y the die's row in the source's coordinates
 * @param xMicrons from the die's lower left corner to the right; NaN if not stated
 * @param yMicrons from the die's lower left corner upwards; NaN if not stated
 * @param sizeMicrons its larger extent; NaN if not stated
 * @param classNumber the class it was given, 0 where none
 * @param images names of its pictures, possibly with the frame in a file of many: {@code a.tif#3}
 */
public record Defect(
    long id,
    int x,
    int y,
    double xMicrons,
    double yMicrons,
    double sizeMicrons,
    int classNumber,
    List<String> images) {

  public Defect {
    images = List.copyOf(images);
  }
}
