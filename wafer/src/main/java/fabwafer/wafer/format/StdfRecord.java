package fabwafer.wafer.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import fabwafer.wafer.WaferException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * One STDF record after the other. Fields are taken from the front; those that a record leaves out
 * at its end read as missing. Source: "Standard Test Data Format (STDF) Specification, Version 4",
 * Teradyne, 1985.
 */
final class StdfRecord {
  /** Value of a missing unsigned field. */
  static final long MISSING = -1;

  private static final int HEADER = 4;

  private final InputStream in;
  private final boolean bigEndian;
  private final byte[] body = new byte[0xffff];
  private long nextOffset;
  private long offset;
  private int type;
  private int length;
  private int at;

  StdfRecord(InputStream in, boolean bigEndian) {
    this.in = in;
    this.bigEndian = bigEndian;
  }

  /**
   * Reads the next record.
   *
   * @return false at the end of the file
   * @throws WaferException if the file ends within a record
   */
  boolean next() throws IOException {
    byte[] header = in.readNBytes(HEADER);
    if (header.length == 0) {
      return false;
    }
    offset = nextOffset;
    if (header.length < HEADER) {
      throw cutOff();
    }
    length = twoBytes(header, 0);
    type = (header[2] & 0xff) << 8 | (header[3] & 0xff);
    if (in.readNBytes(body, 0, length) < length) {
      throw cutOff();
    }
    at = 0;
    nextOffset += HEADER + length;
    return true;
  }

  private WaferException cutOff() {
    return new WaferException(
        "the STDF file is cut off within the record at byte %,d".formatted(offset));
  }

  private int twoBytes(byte[] bytes, int from) {
    int first = bytes[from] & 0xff;
    int second = bytes[from + 1] & 0xff;
    return bigEndian ? first << 8 | second : second << 8 | first;
  }

  /** REC_TYP in the upper byte, REC_SUB in the lower. */
  int type() {
    return type;
  }

  /** Where the record starts, in bytes from the start of the file. */
  long offset() {
    return offset;
  }

  /** Bytes of the record behind its header. */
  int length() {
    return length;
  }

  /** A U*1 field. */
  int one() {
    return at < length ? body[at++] & 0xff : (int) MISSING;
  }

  /** A C*1 field; a blank if it is missing. */
  char character() {
    int value = one();
    return value < 0 ? ' ' : (char) value;
  }

  /** A U*2 field. */
  int two() {
    if (at + 2 > length) {
      at = length;
      return (int) MISSING;
    }
    at += 2;
    return twoBytes(body, at - 2);
  }

  /** An I*2 field, or null if it is missing. */
  @Nullable Short signedTwo() {
    int value = two();
    return value < 0 ? null : Short.valueOf((short) value);
  }

  /** A U*4 field. */
  long four() {
    if (at + 4 > length) {
      at = length;
      return MISSING;
    }
    long first = two();
    long second = two();
    return bigEndian ? first << 16 | second : second << 16 | first;
  }

  /** An R*4 field; NaN if it is missing. */
  float real() {
    long bits = four();
    return bits < 0 ? Float.NaN : Float.intBitsToFloat((int) bits);
  }

  /** A C*n field; empty if it is missing or longer than what is left of the record. */
  String text() {
    int count = one();
    if (count <= 0) {
      return "";
    }
    int end = Math.min(length, at + count);
    String text = new String(body, at, end - at, ISO_8859_1);
    at = end;
    // Some testers fill texts up with zeros.
    return text.replace("\0", "").strip();
  }

  void skip(int bytes) {
    at = Math.min(length, at + bytes);
  }
}
