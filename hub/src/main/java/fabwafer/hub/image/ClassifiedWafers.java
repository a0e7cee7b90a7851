package fabwafer.hub.image;

import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.ProblemException;
import fabwafer.protocol.DeviceName;
import java.util.Optional;

/** The classification that a request's path names. */
final class ClassifiedWafers {
  private ClassifiedWafers() {}

  /**
   * The one of fab, camera and imgid; of the parameter {@code timestamp} where it is given, else
   * the newest.
   *
   * @throws ProblemException if there is none
   */
  static Classification of(Exchange exchange, ClassificationStore classifications) {
    DeviceName device = ArchivedWafers.device(exchange);
    String imgid = exchange.parameters().nameInPath("imgid");
    Optional<Long> timestamp = exchange.parameters().exactMillis("timestamp");
    return (timestamp.isPresent()
            ? classifications.find(imgid, timestamp.get())
            : classifications.newest(device, imgid))
        .filter(found -> found.device().equals(device))
        .orElseThrow(
            () ->
                ProblemException.notFound(
                    "there is no classification of %s of %s%s"
                        .formatted(
                            imgid, device, timestamp.map(millis -> " at " + millis).orElse(""))));
  }
}
