package fabwafer.wafer.format;

import fabwafer.wafer.Die;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.RenderedWafer;
import fabwafer.wafer.image.RenderedWafers;
import fabwafer.wafer.image.WaferImages;
import fabwafer.wafer.record.DieState;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.WaferRecord;
import fabwafer.wafer.record.WaferRecordBuilder;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A picture is a wafer without identifiers; its pixels lie as they are drawn. One that was drawn
 * for people is read too, with a warning that says what each colour was taken for.
 */
final class PictureReader {
  private static final byte[][] SIGNATURES = {
    {'I', 'I', 42, 0}, {'M', 'M', 0, 42}, {'G', 'I', 'F', '8'}, {'B', 'M'}
  };

  /** How every refusal of a whole picture that shows something else starts. */
  private static final String OTHER = "no wafer map";

  private PictureReader() {}

  static boolean recognises(byte[] head) {
    return WaferImages.isPicture(head) || isOtherPicture(head);
  }

  /** TIFF, GIF, BMP: drawings only. */
  private static boolean isOtherPicture(byte[] head) {
    for (byte[] signature : SIGNATURES) {
      boolean same = head.length > 2 * signature.length;
      for (int i = 0; same && i < signature.length; i++) {
        same = head[i] == signature[i];
      }
      if (same) {
        return true;
      }
    }
    return false;
  }

  static void read(Input input, Consumer<WaferRecord> wafers) throws IOException {
    byte[] bytes = input.in().readNBytes(WaferImages.MAX_FILE_BYTES + 1);
    WaferRecordBuilder builder =
        input.newWafer("picture").notch(input.options().notch().orElse(NotchSide.UNKNOWN));
    WaferMap map =
        WaferImages.isPicture(bytes)
            ? plainOrDrawn(bytes, input.options().maxPixels(), builder)
            : drawn(bytes, input.options().maxPixels(), builder);
    builder.grid(0, 0, map.width() - 1, map.height() - 1);
    for (int row = 0; row < map.height(); row++) {
      for (int column = 0; column < map.width(); column++) {
        int code = map.code(row, column);
        if (code != 0) {
          builder.die(column, row, code == 1 ? DieState.PASS : DieState.FAIL, WaferRecord.NO_BIN);
        }
      }
    }
    wafers.accept(builder.build());
  }

  private static WaferMap plainOrDrawn(byte[] bytes, int maxPixels, WaferRecordBuilder builder) {
    try {
      return WaferImages.read(bytes, maxPixels);
    } catch (WaferException e) {
      // A damaged picture is not looked at again: the JDK would fill in what is missing.
      if (!String.valueOf(e.getMessage()).startsWith(OTHER)) {
        throw e;
      }
      try {
        return drawn(bytes, maxPixels, builder);
      } catch (WaferException drawing) {
        throw new WaferException(
            "%s; as a drawing: %s".formatted(e.getMessage(), drawing.getMessage()), drawing);
      }
    }
  }

  private static WaferMap drawn(byte[] bytes, int maxPixels, WaferRecordBuilder builder) {
    RenderedWafer found = RenderedWafers.read(bytes, maxPixels);
    Map<Integer, Die> palette = new TreeMap<>(found.palette());
    builder.warn(
        String.format(
            Locale.ROOT,
            "read from a drawing, score %.2f: dies of %.1f x %.1f pixels; %s",
            found.score(),
            found.diePitchX(),
            found.diePitchY(),
            palette.entrySet().stream()
                .map(
                    colour ->
                        "#%06x %s"
                            .formatted(
                                colour.getKey(), colour.getValue().name().toLowerCase(Locale.ROOT)))
                .collect(Collectors.joining(", "))));
    return found.wafer();
  }
}
