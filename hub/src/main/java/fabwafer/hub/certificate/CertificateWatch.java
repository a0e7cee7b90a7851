package fabwafer.hub.certificate;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews the hub's certificate in time, as long as the hub runs. */
public final class CertificateWatch implements AutoCloseable {
  /** A renewal is due two months before the end: one look a few hours is plenty. */
  private static final Duration LOOK_EVERY = Duration.ofHours(6);

  private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);

  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("certificate-watch").daemon().factory());

  /** Watches from now on. */
  public CertificateWatch(ServerCertificate certificate) {
    var _ =
        watch.scheduleWithFixedDelay(
            () -> renew(certificate),
            LOOK_EVERY.toMillis(),
            LOOK_EVERY.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }

  private static void renew(ServerCertificate certificate) {
    try {
      certificate.renewIfDue();
    } catch (RuntimeException e) {
      LOG.error("the hub's certificate cannot be renewed, trying again: {}", e.getMessage());
    }
  }
}
