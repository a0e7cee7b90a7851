package fabwafer.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.synthetic.SyntheticWafers;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Large files as a fab's tools and WM-811K's makers write them, the same each time. */
final class MadeFiles {
  /** Wafers of the STDF file. */
  static final int STDF_WAFERS = 25;

  /** Dies of each of its wafers, a square of this side. */
  private static final int STDF_SIDE = 140;

  /** Parametric results of each die; with them the file is past 1 GB. */
  private static final int RESULTS = 60;

  /** Defects of the KLARF file, on a square of dies of this side. */
  static final int DEFECTS = 1_000_000;

  private static final int KLARF_SIDE = 300;

  /**
   * More than WM-811K's 811,457, as made wafers are smaller: so the file is as large as its own.
   */
  static final int PICKLE_ROWS = 1_000_000;

  private static final int DIFFERENT_WAFERS = 400;
  private static final int BUFFER = 1 << 20;

  private MadeFiles() {}

  /** STDF V4, little-endian: 25 wafers of 19,600 dies, each with its parametric results. */
  static void stdf(Path file) throws IOException {
    Random random = new Random(1);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER)) {
      stdfRecord(out, 0, 10, body(2).put((byte) 2).put((byte) 4));
      for (int wafer = 1; wafer <= STDF_WAFERS; wafer++) {
        ByteBuffer start = body(16).put((byte) 1).put((byte) -1).putInt(1_700_000_000);
        stdfRecord(out, 2, 10, text(start, "W%02d".formatted(wafer)));
        for (int die = 0; die < STDF_SIDE * STDF_SIDE; die++) {
          stdfRecord(out, 5, 10, body(2).put((byte) 1).put((byte) 1));
          for (int test = 0; test < RESULTS; test++) {
            ByteBuffer result = body(64).putInt(1_000 + test).put((byte) 1).put((byte) 1);
            result.put((byte) 0).put((byte) 0).putFloat(random.nextFloat());
            stdfRecord(out, 15, 10, text(result, "leakage of pin %02d".formatted(test)));
          }
          boolean fails = random.nextInt(20) == 0;
          ByteBuffer part = body(32).put((byte) 1).put((byte) 1).put((byte) (fails ? 8 : 0));
          part.putShort((short) RESULTS).putShort((short) (fails ? 5 : 1));
          part.putShort((short) (fails ? 55 : 1));
          part.putShort((short) (die % STDF_SIDE)).putShort((short) (die / STDF_SIDE)).putInt(9);
          stdfRecord(out, 5, 20, part);
        }
        ByteBuffer end = body(48).put((byte) 1).put((byte) -1).putInt(1_700_000_900);
        end.putInt(STDF_SIDE * STDF_SIDE).putInt(-1).putInt(-1).putInt(-1).putInt(-1);
        stdfRecord(out, 2, 20, text(end, "W%02d".formatted(wafer)));
      }
    }
  }

  private static ByteBuffer body(int most) {
    return ByteBuffer.allocate(most).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer text(ByteBuffer body, String text) {
    return body.put((byte) text.length()).put(text.getBytes(US_ASCII));
  }

  private static void stdfRecord(OutputStream out, int type, int sub, ByteBuffer body)
      throws IOException {
    byte[] bytes = new byte[body.flip().remaining()];
    body.get(bytes);
    out.write(bytes.length);
    out.write(bytes.length >> 8);
    out.write(type);
    out.write(sub);
    out.write(bytes);
  }

  /** KLARF 1.2 with a million defects on 90,000 dies, 17 columns each. */
  static void klarf(Path file) throws IOException {
    Random random = new Random(2);
    try (PrintStream out =
        new PrintStream(
            new BufferedOutputStream(Files.newOutputStream(file), BUFFER), false, US_ASCII)) {
      out.print("FileVersion 1 2;\nLotID \"L\";\nSampleSize 1 300;\nDeviceID \"D\";\n");
      out.print("OrientationMarkLocation DOWN;\nDiePitch 900 900;\nWaferID \"W\";\n");
      out.printf(Locale.ROOT, "SampleTestPlan %d%n", KLARF_SIDE * KLARF_SIDE);
      for (int die = 0; die < KLARF_SIDE * KLARF_SIDE; die++) {
        out.printf(Locale.ROOT, " %d %d%n", die % KLARF_SIDE, die / KLARF_SIDE);
      }
      out.print(";\nDefectRecordSpec 17 DEFECTID XREL YREL XINDEX YINDEX XSIZE YSIZE DEFECTAREA");
      out.print(" DSIZE CLASSNUMBER TEST CLUSTERNUMBER ROUGHBINNUMBER FINEBINNUMBER REVIEWSAMPLE");
      out.print(" IMAGECOUNT IMAGELIST ;\nDefectList\n");
      for (int defect = 1; defect <= DEFECTS; defect++) {
        out.append(' ').append(String.valueOf(defect)).append(' ');
        out.append(String.valueOf(random.nextInt(900_000) / 1_000.0)).append(' ');
        out.append(String.valueOf(random.nextInt(900_000) / 1_000.0)).append(' ');
        out.append(String.valueOf(random.nextInt(KLARF_SIDE))).append(' ');
        out.append(String.valueOf(random.nextInt(KLARF_SIDE)));
        out.append(" 1.111 1.444 25.123 5.000 10 1 0 0 0 0 0 0\n");
      }
      out.print(";\nEndOfFile;\n");
    }
  }

  /** A pickle of protocol 2 with WM-811K's columns, about as large as the real one. */
  static void pickle(Path file) throws IOException {
    SyntheticWafers made = SyntheticWafers.of(3);
    List<WaferMap> wafers = new ArrayList<>();
    for (int i = 0; i < DIFFERENT_WAFERS; i++) {
      wafers.add(made.next(DefectPattern.ofId(i % DefectPattern.labels().size())));
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER)) {
      new LswmdWriter(out).write(PICKLE_ROWS, row -> wafers.get(row % wafers.size()));
    }
  }
}
