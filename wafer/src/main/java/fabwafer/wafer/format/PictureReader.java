package fabwafer.wafer.format;

import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import fabwafer.wafer.record.DieState;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.WaferRecord;
import fabwafer.wafer.record.WaferRecordBuilder;
import java.io.IOException;
import java.util.function.Consumer;

/** A picture is a wafer without identifiers; its pixels lie as they are drawn. */
final class PictureReader {
  private PictureReader() {}

  static void read(Input input, Consumer<WaferRecord> wafers) throws IOException {
    WaferMap map = WaferImages.read(input.in().readNBytes(WaferImages.MAX_FILE_BYTES + 1));
    WaferRecordBuilder builder =
        new WaferRecordBuilder("picture", input.name())
            .notch(input.options().notch().orElse(NotchSide.UNKNOWN))
            .grid(0, 0, map.width() - 1, map.height() - 1);
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
}
