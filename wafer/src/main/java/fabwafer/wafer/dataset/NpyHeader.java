package fabwafer.wafer.dataset;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import fabwafer.wafer.WaferException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an array file in NumPy's NPY format, version 1 to 3, says of itself before its values.
 * Source: "NEP 1: A Simple File Format for NumPy Arrays".
 *
 * @param name the entry it was read from, for messages
 * @param kind 'b' boolean, 'i' signed or 'u' unsigned integer
 * @param bytesEach 1, 2, 4 or 8
 * @param bigEndian byte order of each value
 * @param fortranOrder whether the first axis runs fastest
 * @param shape length of each axis, each at least 0
 */
record NpyHeader(
    String name,
    char kind,
    int bytesEach,
    boolean bigEndian,
    boolean fortranOrder,
    List<Integer> shape) {

  // NumPy writes 64 to 192 bytes; a long list of fields would be a structured array, not ours.
  private static final int MAX_HEADER_BYTES = 4_096;
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*(?:'([^']*)'|\\[)");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\sL]*)\\)");
  private static final Pattern TYPE = Pattern.compile("([<>|=])([biu])([1248])");
  private static final int MAX_AXIS_DIGITS = 10;

  NpyHeader {
    shape = List.copyOf(shape);
  }

  /** Reads up to the first value. */
  static NpyHeader read(String name, InputStream in) throws IOException {
    byte[] start = exactly(name, in, 8);
    if (!Arrays.equals(MAGIC, 0, 6, start, 0, 6)) {
      throw new WaferException(name + " is no NPY array: it does not start with \\x93NUMPY");
    }
    int version = start[6];
    if (version < 1 || version > 3) {
      throw new WaferException(name + ": NPY version must be 1 to 3, got " + version);
    }
    byte[] size = exactly(name, in, version == 1 ? 2 : 4);
    long length = 0;
    for (int i = size.length - 1; i >= 0; i--) {
      length = (length << 8) | (size[i] & 0xff);
    }
    if (length > MAX_HEADER_BYTES) {
      throw new WaferException(
          "%s: NPY header must be at most %,d bytes, got %,d"
              .formatted(name, MAX_HEADER_BYTES, length));
    }
    return parse(name, new String(exactly(name, in, (int) length), ISO_8859_1));
  }

  private static NpyHeader parse(String name, String text) {
    Matcher descr = found(name, DESCR, text, "descr");
    String descriptor = descr.group(1) == null ? "a structured type" : descr.group(1);
    Matcher type = TYPE.matcher(descriptor);
    if (!type.matches()) {
      throw new WaferException(
          "%s: values must be integers or booleans, got %s".formatted(name, descriptor));
    }
    return new NpyHeader(
        name,
        type.group(2).charAt(0),
        Integer.parseInt(type.group(3)),
        type.group(1).equals(">"),
        found(name, ORDER, text, "fortran_order").group(1).equals("True"),
        axes(name, found(name, SHAPE, text, "shape").group(1)));
  }

  private static Matcher found(String name, Pattern pattern, String text, String field) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new WaferException(name + ": NPY header has no readable '" + field + "'");
    }
    return matcher;
  }

  private static List<Integer> axes(String name, String text) {
    List<Integer> shape = new ArrayList<>();
    for (String axis : text.replace("L", "").split(",", -1)) {
      String digits = axis.strip();
      if (digits.isEmpty()) {
        continue;
      }
      if (!digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
        throw new WaferException(
            "%s: an axis must be a whole number, got '%s'".formatted(name, shown(digits)));
      }
      long length = digits.length() > MAX_AXIS_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
      if (length > Integer.MAX_VALUE) {
        throw new WaferException(
            "%s: an axis must be at most %,d long, got %s"
                .formatted(name, Integer.MAX_VALUE, shown(digits)));
      }
      shape.add((int) length);
    }
    return shape;
  }

  private static String shown(String digits) {
    return digits.length() <= 20 ? digits : digits.substring(0, 20) + "…";
  }

  private static byte[] exactly(String name, InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new WaferException(name + " ends inside its NPY header");
    }
    return bytes;
  }

  /**
   * Refuses an array that has not the axes asked for.
   *
   * @param wanted length of each axis; -1 for any
   */
  void requireShape(int... wanted) {
    boolean fits = shape.size() == wanted.length;
    for (int i = 0; fits && i < wanted.length; i++) {
      fits = wanted[i] == -1 || wanted[i] == shape.get(i);
    }
    if (!fits) {
      throw new WaferException(
          "%s: shape must be %s, got %s"
              .formatted(name, Arrays.toString(wanted).replace("-1", "any"), shape));
    }
  }

  /** How many values; may be far more than memory holds. */
  long values() {
    long values = 1;
    for (int axis : shape) {
      // Each axis is below 2^31: saturate rather than wrap.
      values = axis != 0 && values > Long.MAX_VALUE / axis ? Long.MAX_VALUE : values * axis;
    }
    return values;
  }
}
