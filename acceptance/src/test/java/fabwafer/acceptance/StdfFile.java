package fabwafer.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes the records of an STDF V4 file that a wafer test has, little-endian. */
final class StdfFile {
  private static final int PASS_BIN = 1;
  private static final int FAIL_BIN = 5;
  private static final int FAILED = 8;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /**
   * A file of a lot.
   *
   * @param startSeconds since 1970
   * @param flat the notch's side: U, D, L or R
   */
  StdfFile(String lot, String product, int startSeconds, char flat) {
    record(0, 10, body().put((byte) 2).put((byte) 4));
    ByteBuffer mir = body().putInt(0).putInt(startSeconds).put((byte) 1);
    mir.put((byte) 'P').put((byte) ' ').put((byte) ' ').putShort((short) 0).put((byte) ' ');
    record(1, 10, text(text(mir, lot), product));
    ByteBuffer wcr = body().putFloat(200).putFloat(3).putFloat(2.5f).put((byte) 3);
    wcr.put((byte) flat).putShort((short) 0).putShort((short) 0);
    record(2, 30, wcr.put((byte) 'R').put((byte) 'D'));
  }

  /** Which dies fail. */
  @FunctionalInterface
  interface Fails {
    boolean at(int x, int y);
  }

  /** Adds a round wafer of so many dies across. */
  StdfFile wafer(String id, int across, Fails fails) {
    record(2, 10, text(body().put((byte) 1).put((byte) 255).putInt(0), id));
    double middle = (across - 1) / 2.0;
    int parts = 0;
    for (int y = 0; y < across; y++) {
      for (int x = 0; x < across; x++) {
        if (Math.hypot(x - middle, y - middle) <= across / 2.0) {
          part(x, y, fails.at(x, y));
          parts++;
        }
      }
    }
    ByteBuffer wrr = body().put((byte) 1).put((byte) 255).putInt(0).putInt(parts);
    wrr.putInt(-1).putInt(-1).putInt(-1).putInt(-1);
    record(2, 20, text(wrr, id));
    return this;
  }

  private void part(int x, int y, boolean fails) {
    ByteBuffer prr = body().put((byte) 1).put((byte) 1).put((byte) (fails ? FAILED : 0));
    prr.putShort((short) 9).putShort((short) (fails ? FAIL_BIN : PASS_BIN)).putShort((short) 7);
    record(5, 20, prr.putShort((short) x).putShort((short) y).putInt(0));
  }

  /** The file, with its bins named and its end record. */
  byte[] bytes() {
    bin(PASS_BIN, 'P', "good");
    bin(FAIL_BIN, 'F', "open");
    record(1, 20, body().putInt(0));
    return out.toByteArray();
  }

  private void bin(int number, char quality, String name) {
    ByteBuffer hbr = body().put((byte) 255).put((byte) 1).putShort((short) number);
    record(1, 40, text(hbr.putInt(0).put((byte) quality), name));
  }

  private static ByteBuffer body() {
    return ByteBuffer.allocate(400).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer text(ByteBuffer body, String text) {
    return body.put((byte) text.length()).put(text.getBytes(ISO_8859_1));
  }

  private void record(int type, int sub, ByteBuffer body) {
    body.flip();
    out.writeBytes(
        ByteBuffer.allocate(4)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short) body.remaining())
            .put((byte) type)
            .put((byte) sub)
            .array());
    byte[] content = new byte[body.remaining()];
    body.get(content);
    out.writeBytes(content);
  }
}
