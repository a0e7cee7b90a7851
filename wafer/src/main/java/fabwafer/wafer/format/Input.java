package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.record.WaferRecordBuilder;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.MalformedInputException;
import java.util.zip.ZipException;

/**
 * One file's content, unpacked, with its head to be looked at before it is read.
 *
 * @param name the file's name, and what lies in it: {@code lot.zip!W01.txt}
 * @param in its bytes; {@link #head()} leaves them where they are
 * @param options how to take it
 */
record Input(String name, BufferedInputStream in, ReadOptions options) {
  /** What formats are recognised by. */
  static final int HEAD_BYTES = 16 * 1024;

  /** Most bytes of a format that is text or XML, unpacked. */
  static final long MAX_TEXT_BYTES = 256L << 20;

  /** The first bytes; fewer if there are no more. */
  byte[] head() throws IOException {
    in.mark(HEAD_BYTES + 1);
    byte[] head = in.readNBytes(HEAD_BYTES);
    in.reset();
    return head;
  }

  /** A builder for a wafer of this file, bounded as the options say. */
  WaferRecordBuilder newWafer(String format) {
    return new WaferRecordBuilder(format, name, options.maxPositions());
  }

  /** The content, refused past a size. */
  InputStream atMost(long bytes, String what) {
    return new Bounded(in, bytes, what);
  }

  /**
   * A stream that ends early or is damaged says so as bad input, not as a failing disk; one that
   * goes on past a bound is refused.
   */
  static final class Bounded extends FilterInputStream {
    private final long limit;
    private final String what;
    private long read;

    Bounded(InputStream in, long limit, String what) {
      super(in);
      this.limit = limit;
      this.what = what;
    }

    @Override
    public int read() throws IOException {
      byte[] single = new byte[1];
      return read(single, 0, 1) == -1 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
      int got;
      try {
        got = in.read(target, offset, count);
      } catch (EOFException | ZipException | MalformedInputException e) {
        throw new WaferException(
            "the %s is damaged or cut off: %s".formatted(what, e.getMessage()), e);
      }
      read += Math.max(0, got);
      if (read > limit) {
        throw new WaferException("the %s is larger than %,d bytes".formatted(what, limit));
      }
      return got;
    }

    @Override
    public long skip(long count) throws IOException {
      byte[] passed = new byte[(int) Math.min(count, 1 << 16)];
      return Math.max(0, read(passed, 0, passed.length));
    }
  }
}
