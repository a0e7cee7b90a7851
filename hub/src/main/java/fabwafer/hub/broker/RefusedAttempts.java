package fabwafer.hub.broker;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.audit.RepeatedEvents;
import fabwafer.hub.device.Device;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;

/** What is refused at the broker is counted, and told in the audit. Safe on any thread. */
final class RefusedAttempts {
  private static final int SHOWN_CHARS = 200;

  private final MeterRegistry metrics;
  private final RepeatedEvents strangers;

  /**
   * Refused attempts.
   *
   * @param strangers brings together what one actor tries again and again
   */
  RefusedAttempts(MeterRegistry metrics, RepeatedEvents strangers) {
    this.metrics = metrics;
    this.strangers = strangers;
  }

  /**
   * Tells the audit and the counters; an actor has one entry a minute, whatever it tries.
   *
   * @param device who tried; empty where that is not known
   * @param object at what: a client identifier, topic or filter, as the client wrote it
   */
  void note(
      String what,
      Optional<Device> device,
      Optional<String> address,
      String object,
      String reason) {
    metrics.counter("fabwafer.broker.refused", "what", what).increment();
    strangers.note(
        new Actor(device.map(known -> "device:" + known.name()).orElse("anyone"), address),
        "broker." + what + "-refused",
        "broker",
        AuditLog.detail().put("what", shown(object)).put("reason", reason));
  }

  private static String shown(String text) {
    return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
  }
}
