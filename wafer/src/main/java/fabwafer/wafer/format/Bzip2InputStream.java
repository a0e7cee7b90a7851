package fabwafer.wafer.format;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * Unpacks bzip2, also several streams behind one another, and compares every checksum. Damage is a
 * {@link ZipException}, an early end an {@link EOFException}. Source of the format: J. Seward's
 * bzip2 1.0, as laid out in J. Tsai, "BZIP2: Format Specification", 2016.
 */
final class Bzip2InputStream extends InputStream {
  private static final long BLOCK = 0x314159265359L;
  private static final long END = 0x177245385090L;
  private static final int BLOCK_UNIT = 100_000;
  private static final int GROUP = 50;
  private static final int MAX_BITS = 20;
  private static final int MAX_SELECTORS = 18_002;
  private static final int[] CRC = table();

  private final InputStream in;
  private long bits;
  private int bitCount;
  private int level;
  private boolean finished;
  private int[] chain = new int[0];
  private int at;
  private int left;
  private int last = -1;
  private int run;
  private int repeat;
  private int blockCrc;
  private int wantedCrc;
  private int streamCrc;

  Bzip2InputStream(InputStream in) throws IOException {
    this.in = in;
    startStream();
  }

  private static int[] table() {
    int[] table = new int[256];
    for (int i = 0; i < table.length; i++) {
      int c = i << 24;
      for (int k = 0; k < 8; k++) {
        c = c < 0 ? c << 1 ^ 0x04c11db7 : c << 1;
      }
      table[i] = c;
    }
    return table;
  }

  private void startStream() throws IOException {
    if (bits(8) != 'B' || bits(8) != 'Z' || bits(8) != 'h') {
      throw new ZipException("a bzip2 stream starts with BZh");
    }
    level = (int) bits(8) - '0';
    if (level < 1 || level > 9) {
      throw new ZipException("the bzip2 block size must be 1 to 9, got " + level);
    }
    if (chain.length < level * BLOCK_UNIT) {
      chain = new int[level * BLOCK_UNIT];
    }
    streamCrc = 0;
  }

  private long bits(int count) throws IOException {
    while (bitCount < count) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the bzip2 stream ends early");
      }
      bits = bits << 8 | next;
      bitCount += 8;
    }
    bitCount -= count;
    return bits >>> bitCount & (1L << count) - 1;
  }

  @Override
  public int read() throws IOException {
    while (repeat == 0) {
      if (finished) {
        return -1;
      }
      if (left == 0) {
        nextBlock();
        continue;
      }
      int value = take();
      if (run == 4) {
        // The byte after four equal ones counts how many more follow.
        run = 0;
        repeat = value;
        if (repeat == 0) {
          endOfBlock();
        }
        continue;
      }
      run = value == last ? run + 1 : 1;
      last = value;
      repeat = 1;
    }
    repeat--;
    blockCrc = blockCrc << 8 ^ CRC[blockCrc >>> 24 ^ last];
    if (repeat == 0) {
      endOfBlock();
    }
    return last;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    int read = 0;
    while (read < count) {
      int value = read();
      if (value < 0) {
        break;
      }
      target[offset + read] = (byte) value;
      read++;
    }
    return read == 0 && count > 0 ? -1 : read;
  }

  private int take() {
    int entry = chain[at];
    at = entry >>> 8;
    left--;
    return entry & 0xff;
  }

  private void endOfBlock() throws IOException {
    if (left == 0 && ~blockCrc != wantedCrc) {
      throw new ZipException("the checksum of a bzip2 block differs");
    }
  }

  private void nextBlock() throws IOException {
    long magic = bits(48);
    if (magic == BLOCK) {
      wantedCrc = (int) bits(32);
      streamCrc = (streamCrc << 1 | streamCrc >>> 31) ^ wantedCrc;
      blockCrc = -1;
      last = -1;
      run = 0;
      readBlock();
      return;
    }
    if (magic != END) {
      throw new ZipException("a bzip2 block starts with a wrong mark");
    }
    if ((int) bits(32) != streamCrc) {
      throw new ZipException("the checksum of the bzip2 stream differs");
    }
    bitCount -= bitCount % 8;
    if (bitCount == 0) {
      int next = in.read();
      if (next < 0) {
        finished = true;
        return;
      }
      bits = bits << 8 | next;
      bitCount = 8;
    }
    // Streams may stand behind one another, as parallel packers write them.
    startStream();
  }

  private void readBlock() throws IOException {
    if (bits(1) != 0) {
      throw new ZipException("randomised bzip2 blocks are not read");
    }
    int origin = (int) bits(24);
    byte[] symbols = symbols();
    int alphabet = symbols.length + 2;
    int tables = (int) bits(3);
    int selectorCount = (int) bits(15);
    if (tables < 2 || tables > 6 || selectorCount < 1) {
      throw new ZipException("a bzip2 block has %d code tables".formatted(tables));
    }
    byte[] selectors = selectors(tables, selectorCount);
    Code[] codes = new Code[tables];
    for (int i = 0; i < tables; i++) {
      codes[i] = code(alphabet);
    }
    int count = decode(symbols, selectors, codes);
    if (origin >= count) {
      throw new ZipException("a bzip2 block starts outside itself");
    }
    invert(count);
    at = chain[origin] >>> 8;
    left = count;
  }

  private byte[] symbols() throws IOException {
    int ranges = (int) bits(16);
    byte[] symbols = new byte[256];
    int count = 0;
    for (int range = 0; range < 16; range++) {
      if ((ranges & 0x8000 >> range) == 0) {
        continue;
      }
      int used = (int) bits(16);
      for (int i = 0; i < 16; i++) {
        if ((used & 0x8000 >> i) != 0) {
          symbols[count] = (byte) (range * 16 + i);
          count++;
        }
      }
    }
    if (count == 0) {
      throw new ZipException("a bzip2 block uses no byte");
    }
    return Arrays.copyOf(symbols, count);
  }

  private byte[] selectors(int tables, int count) throws IOException {
    byte[] order = {0, 1, 2, 3, 4, 5};
    byte[] selectors = new byte[Math.min(count, MAX_SELECTORS)];
    for (int i = 0; i < count; i++) {
      int position = 0;
      while (bits(1) == 1) {
        position++;
        if (position >= tables) {
          throw new ZipException("a bzip2 block selects a code table it has not");
        }
      }
      byte table = order[position];
      System.arraycopy(order, 0, order, 1, position);
      order[0] = table;
      if (i < selectors.length) {
        selectors[i] = table;
      }
    }
    return selectors;
  }

  /** A Huffman code: for each length the first code, and where its symbols start. */
  @SuppressWarnings("ArrayRecordComponent") // lives for one block
  private record Code(int[] limit, int[] base, int[] permutation, int shortest) {}

  private Code code(int alphabet) throws IOException {
    int[] lengths = new int[alphabet];
    int length = (int) bits(5);
    for (int i = 0; i < alphabet; i++) {
      while (bits(1) == 1) {
        length += bits(1) == 0 ? 1 : -1;
      }
      if (length < 1 || length > MAX_BITS) {
        throw new ZipException("a bzip2 code has %d bits".formatted(length));
      }
      lengths[i] = length;
    }
    int[] permutation = new int[alphabet];
    int[] counts = new int[MAX_BITS + 2];
    int filled = 0;
    int shortest = MAX_BITS;
    for (int bit = 1; bit <= MAX_BITS; bit++) {
      for (int i = 0; i < alphabet; i++) {
        if (lengths[i] == bit) {
          permutation[filled] = i;
          filled++;
          counts[bit]++;
          shortest = Math.min(shortest, bit);
        }
      }
    }
    int[] limit = new int[MAX_BITS + 2];
    int[] base = new int[MAX_BITS + 2];
    int code = 0;
    int symbols = 0;
    for (int bit = 1; bit <= MAX_BITS; bit++) {
      base[bit] = symbols - code;
      code += counts[bit];
      symbols += counts[bit];
      limit[bit] = code - 1;
      code <<= 1;
    }
    return new Code(limit, base, permutation, shortest);
  }

  private int symbol(Code code) throws IOException {
    int length = code.shortest();
    int value = (int) bits(length);
    while (value > code.limit()[length]) {
      length++;
      if (length > MAX_BITS) {
        throw new ZipException("a bzip2 code is not in its table");
      }
      value = value << 1 | (int) bits(1);
    }
    int index = value + code.base()[length];
    if (index < 0 || index >= code.permutation().length) {
      throw new ZipException("a bzip2 code is not in its table");
    }
    return code.permutation()[index];
  }

  /** Huffman codes, run lengths and move-to-front, into the last column of the transform. */
  private int decode(byte[] symbols, byte[] selectors, Code[] codes) throws IOException {
    int end = symbols.length + 1;
    int limit = level * BLOCK_UNIT;
    int count = 0;
    int group = 0;
    int inGroup = 0;
    long runLength = 0;
    long runUnit = 1;
    while (true) {
      if (inGroup == 0) {
        if (group == selectors.length) {
          throw new ZipException("a bzip2 block goes on after its last code table");
        }
        inGroup = GROUP;
        group++;
      }
      inGroup--;
      int symbol = symbol(codes[selectors[group - 1]]);
      if (symbol <= 1) {
        runLength += runUnit << symbol;
        runUnit <<= 1;
        if (runLength > limit) {
          throw new ZipException("a bzip2 block is larger than its stream says");
        }
        continue;
      }
      if (count + runLength + (symbol == end ? 0 : 1) > limit) {
        throw new ZipException("a bzip2 block is larger than its stream says");
      }
      for (; runLength > 0; runLength--) {
        chain[count] = symbols[0] & 0xff;
        count++;
      }
      runUnit = 1;
      if (symbol == end) {
        return count;
      }
      byte value = symbols[symbol - 1];
      System.arraycopy(symbols, 0, symbols, 1, symbol - 1);
      symbols[0] = value;
      chain[count] = value & 0xff;
      count++;
    }
  }

  /** Turns the last column into a chain: each entry holds its byte and where the next one is. */
  private void invert(int count) {
    int[] starts = new int[257];
    for (int i = 0; i < count; i++) {
      starts[(chain[i] & 0xff) + 1]++;
    }
    for (int i = 0; i < 256; i++) {
      starts[i + 1] += starts[i];
    }
    for (int i = 0; i < count; i++) {
      int value = chain[i] & 0xff;
      chain[starts[value]] |= i << 8;
      starts[value]++;
    }
  }
}
