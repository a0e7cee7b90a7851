package fabwafer.agent;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews an agent's certificate in the last third of its time, as long as the agent runs. */
final class CertificateRenewal implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofHours(6);
  private static final Duration FIRST_LOOK = Duration.ofSeconds(30);
  private static final Logger LOG = LoggerFactory.getLogger(CertificateRenewal.class);

  private final Credential credential;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("certificate-renewal").daemon().factory());

  /** Watches from now on. */
  CertificateRenewal(Credential credential) {
    this.credential = credential;
    var _ =
        watch.scheduleWithFixedDelay(
            this::look, FIRST_LOOK.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether a certificate is in the last third of its time. */
  static boolean isDue(X509Certificate certificate, Instant now) {
    Instant start = certificate.getNotBefore().toInstant();
    Instant end = certificate.getNotAfter().toInstant();
    return now.isAfter(end.minus(Duration.between(start, end).dividedBy(3)));
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }

  private void look() {
    try {
      X509Certificate present = credential.tls().certificate().orElseThrow();
      if (isDue(present, Instant.now())) {
        X509Certificate renewed = Enrolment.renew(credential);
        LOG.info("the certificate was renewed; valid until {}", renewed.getNotAfter().toInstant());
      }
    } catch (RuntimeException e) {
      LOG.error("the certificate cannot be renewed, trying again in 6 h: {}", e.getMessage());
    }
  }
}
