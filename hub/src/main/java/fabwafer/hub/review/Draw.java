package fabwafer.hub.review;

import fabwafer.hub.classification.ClassificationQuery.Cursor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Chance that can be repeated: numbers from the seed and a name, as if drawn evenly. */
final class Draw {
  private final long seed;

  Draw(long seed) {
    this.seed = seed;
  }

  /** A wafer's draw, 0 to {@link Long#MAX_VALUE}. */
  long of(Cursor wafer) {
    return of("wafer " + wafer);
  }

  /** Whether a draw is in the share of one in so many. */
  static boolean isWithin(long draw, int oneIn) {
    return draw <= Long.MAX_VALUE / oneIn;
  }

  /**
   * Why the next wafer of a reviewer is given out.
   *
   * @param turn how many that reviewer was given before
   */
  ReviewKind kind(String reviewer, long turn, ReviewConfig config) {
    long of100 = of("turn " + turn + " of " + reviewer) % ReviewConfig.HUNDRED;
    if (of100 < config.randomPercent()) {
      return ReviewKind.RANDOM;
    }
    if (of100 < config.randomPercent() + config.secondPercent()) {
      return ReviewKind.SECOND;
    }
    return of100 < config.randomPercent() + config.secondPercent() + config.knownPercent()
        ? ReviewKind.KNOWN
        : ReviewKind.TEACHING;
  }

  private long of(String name) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).flip());
      byte[] hash = digest.digest(name.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong() & Long.MAX_VALUE;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
