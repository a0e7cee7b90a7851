package fabwafer.hub.alarm;

import fabwafer.protocol.DeviceName;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * When there is an alarm, and who is told.
 *
 * @param threshold a wafer is alarming above this probability, in [0, 1]
 * @param thresholds the same for a {@code fab} or a {@code fab/camera}; the camera's wins
 * @param quietTime a situation ends when no wafer of it came for this long
 * @param noticeLifetime how long a notice is tried to be delivered
 * @param webhook where to post notices
 * @param webhookAllow hosts and networks inside the own network that notices may be posted to
 * @param mail whom to write notices
 */
public record AlarmConfig(
    double threshold,
    Map<String, Double> thresholds,
    Duration quietTime,
    Duration noticeLifetime,
    Optional<URI> webhook,
    List<String> webhookAllow,
    Optional<Mail> mail) {
  public static final double DEFAULT_THRESHOLD = 0.5;
  public static final Duration DEFAULT_QUIET_TIME = Duration.ofMinutes(30);
  public static final Duration DEFAULT_NOTICE_LIFETIME = Duration.ofDays(7);

  /** The defaults: alarms are logged. */
  public static final AlarmConfig DEFAULT =
      new AlarmConfig(
          DEFAULT_THRESHOLD,
          Map.of(),
          DEFAULT_QUIET_TIME,
          DEFAULT_NOTICE_LIFETIME,
          Optional.empty(),
          List.of(),
          Optional.empty());

  public AlarmConfig {
    thresholds = Map.copyOf(thresholds);
    webhookAllow = List.copyOf(webhookAllow);
  }

  /** The threshold that holds for a camera. */
  double thresholdOf(DeviceName device) {
    Double ofCamera = thresholds.get(device.toString());
    return ofCamera != null ? ofCamera : thresholds.getOrDefault(device.fab(), threshold);
  }

  /**
   * An SMTP server, and whom to write through it.
   *
   * @param host the server
   * @param port its port
   * @param starttls whether to insist on encryption by STARTTLS
   * @param user who the hub is to it, if it asks
   * @param password the user's
   * @param from the sender's address
   * @param to the receivers' addresses, at least one
   */
  public record Mail(
      String host,
      int port,
      boolean starttls,
      Optional<String> user,
      Optional<String> password,
      String from,
      List<String> to) {
    public Mail {
      to = List.copyOf(to);
    }

    /** Without the password. */
    @Override
    public String toString() {
      return "Mail[%s:%d, from=%s, to=%s]".formatted(host, port, from, to);
    }
  }
}
