package fabwafer.wafer.image;

import fabwafer.wafer.Die;
import fabwafer.wafer.WaferMap;
import java.util.Map;

/**
 * A wafer map taken from a picture that was drawn for people: what was found, for a person to
 * confirm.
 *
 * @param wafer the wafer map
 * @param diePitchX pixels from a die to its right neighbour
 * @param diePitchY pixels from a die to its lower neighbour
 * @param palette what each colour was taken for, as {@code 0xRRGGBB}; lines between dies are not
 *     among them
 * @param score how much the picture looks like a wafer map, {@link RenderedWafers#MIN_SCORE} to 1
 */
public record RenderedWafer(
    WaferMap wafer, double diePitchX, double diePitchY, Map<Integer, Die> palette, double score) {

  public RenderedWafer {
    palette = Map.copyOf(palette);
  }
}
