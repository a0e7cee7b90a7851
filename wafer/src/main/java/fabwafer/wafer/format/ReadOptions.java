package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.image.WaferImages;
import fabwafer.wafer.record.Bin;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.WaferRecordBuilder;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * How files are to be taken where they do not say it themselves, or say it wrongly.
 *
 * @param passBins the hard bins that pass; empty: what the file says of its dies, then of its bins,
 *     then bin 1 passes and all others fail
 * @param notch the notch's side in place of the one that files state
 * @param dialect what the characters of text maps mean
 * @param defects which defects make a die fail
 * @param formats those that are taken; a file of another is refused
 * @param maxUnpackedBytes most bytes that a file's packings give in all, at least 1
 * @param maxPositions most positions of one wafer's grid, 1 to {@link WaferRecordBuilder#MAX_CELLS}
 * @param maxPixels most pixels of a picture, 1 to {@link WaferImages#MAX_PIXELS}
 */
public record ReadOptions(
    Set<Integer> passBins,
    Optional<NotchSide> notch,
    TextDialect dialect,
    DefectRule defects,
    Set<WaferFormat> formats,
    long maxUnpackedBytes,
    int maxPositions,
    int maxPixels) {

  /** As files say, of every format. */
  public static final ReadOptions DEFAULT =
      new ReadOptions(
          Set.of(),
          Optional.empty(),
          TextDialect.DEFAULT,
          DefectRule.DEFAULT,
          EnumSet.allOf(WaferFormat.class),
          Unpacking.MAX_UNPACKED_BYTES,
          WaferRecordBuilder.MAX_CELLS,
          WaferImages.MAX_PIXELS);

  private static final int USUAL_PASS_BIN = 1;

  public ReadOptions {
    passBins = Set.copyOf(passBins);
    formats = Set.copyOf(formats);
    if (formats.isEmpty() || maxUnpackedBytes < 1) {
      throw new WaferException(
          "at least one format and one unpacked byte must be taken, got %d and %,d"
              .formatted(formats.size(), maxUnpackedBytes));
    }
    if (maxPositions < 1 || maxPositions > WaferRecordBuilder.MAX_CELLS) {
      throw new WaferException(
          "a wafer's positions must be bounded by 1 to %,d, got %,d"
              .formatted(WaferRecordBuilder.MAX_CELLS, maxPositions));
    }
    if (maxPixels < 1 || maxPixels > WaferImages.MAX_PIXELS) {
      throw new WaferException(
          "a picture's pixels must be bounded by 1 to %,d, got %,d"
              .formatted(WaferImages.MAX_PIXELS, maxPixels));
    }
  }

  /** Other passing bins. */
  public ReadOptions withPassBins(Set<Integer> bins) {
    return new ReadOptions(
        bins, notch, dialect, defects, formats, maxUnpackedBytes, maxPositions, maxPixels);
  }

  /** Another notch side. */
  public ReadOptions withNotch(NotchSide side) {
    return new ReadOptions(
        passBins,
        Optional.of(side),
        dialect,
        defects,
        formats,
        maxUnpackedBytes,
        maxPositions,
        maxPixels);
  }

  /** Another dialect of text maps. */
  public ReadOptions withDialect(TextDialect other) {
    return new ReadOptions(
        passBins, notch, other, defects, formats, maxUnpackedBytes, maxPositions, maxPixels);
  }

  /** Another rule for defects. */
  public ReadOptions withDefects(DefectRule rule) {
    return new ReadOptions(
        passBins, notch, dialect, rule, formats, maxUnpackedBytes, maxPositions, maxPixels);
  }

  /** Other formats that are taken. */
  public ReadOptions withFormats(Set<WaferFormat> taken) {
    return new ReadOptions(
        passBins, notch, dialect, defects, taken, maxUnpackedBytes, maxPositions, maxPixels);
  }

  /** Another bound of what packings give. */
  public ReadOptions withMaxUnpackedBytes(long bytes) {
    return new ReadOptions(
        passBins, notch, dialect, defects, formats, bytes, maxPositions, maxPixels);
  }

  /** Another bound of a wafer's grid, for a machine with little memory. */
  public ReadOptions withMaxPositions(int positions) {
    return new ReadOptions(
        passBins, notch, dialect, defects, formats, maxUnpackedBytes, positions, maxPixels);
  }

  /** Another bound of a picture's pixels, for a machine with little memory. */
  public ReadOptions withMaxPixels(int pixels) {
    return new ReadOptions(
        passBins, notch, dialect, defects, formats, maxUnpackedBytes, maxPositions, pixels);
  }

  /** Whether the caller said which bins pass. */
  boolean statesPassBins() {
    return !passBins.isEmpty();
  }

  /** Whether a bin passes where the file says nothing of it. */
  boolean passes(int bin) {
    return statesPassBins() ? passBins.contains(bin) : bin == USUAL_PASS_BIN;
  }

  /** Whether a bin passes of which the file says something. */
  boolean passes(int bin, Bin.Quality quality) {
    return (statesPassBins() || quality == Bin.Quality.UNSTATED)
        ? passes(bin)
        : quality == Bin.Quality.PASS;
  }

  Bin.Quality quality(int bin) {
    return passes(bin) ? Bin.Quality.PASS : Bin.Quality.FAIL;
  }
}
