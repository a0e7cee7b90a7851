package fabwafer.hub.image;

import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.protocol.DeviceName;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The archived images that requests name, and the wafer maps they show. Safe on any thread. */
public final class ArchivedWafers {
  /** Wafer maps read at a time: the largest takes some hundred megabytes on its way. */
  private static final int DECODED_AT_ONCE = 4;

  private static final Duration DECODING_TURN = Duration.ofSeconds(10);

  private final Archive archive;
  private final Semaphore decoding = new Semaphore(DECODED_AT_ONCE);

  public ArchivedWafers(Archive archive) {
    this.archive = archive;
  }

  /** The camera in a request's path. */
  public static DeviceName device(Exchange exchange) {
    return new DeviceName(
        exchange.parameters().nameInPath("fab"), exchange.parameters().nameInPath("camera"));
  }

  /**
   * The image that a request's path and {@code timestamp} name.
   *
   * @throws ProblemException if there is none
   */
  public ArchivedImage image(Exchange exchange) {
    DeviceName device = device(exchange);
    String imgid = exchange.parameters().nameInPath("imgid");
    Optional<Long> timestamp = exchange.parameters().exactMillis("timestamp");
    Optional<ArchivedImage> image =
        timestamp.isPresent()
            ? archive.find(device, imgid, timestamp.get())
            : archive.versions(device, imgid).reversed().stream().findFirst();
    return image.orElseThrow(
        () -> ProblemException.notFound("there is no image %s of %s".formatted(imgid, device)));
  }

  /** The file's bytes as they were received. */
  byte[] bytes(ArchivedImage image) {
    return archive.read(image);
  }

  /**
   * The wafer map that an image shows.
   *
   * @throws ProblemException if it shows none, or too many are being read
   */
  public WaferMap read(ArchivedImage image) {
    if (!tryTurn(decoding, DECODING_TURN)) {
      throw ProblemException.tooMany(
          "%d wafer maps are being read, which is the limit".formatted(DECODED_AT_ONCE),
          DECODING_TURN);
    }
    try {
      return WaferImages.read(image.imgid(), archive.read(image));
    } catch (WaferException e) {
      throw new ProblemException(Problem.NO_WAFER_MAP, String.valueOf(e.getMessage()));
    } finally {
      decoding.release();
    }
  }

  /** Waits for a turn; false where none came in time. */
  static boolean tryTurn(Semaphore turns, Duration patience) {
    try {
      return turns.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
