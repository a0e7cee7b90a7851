package fabwafer.hub.ingest;

/**
 * The bounds of ingest.
 *
 * @param receiveMaximum most messages that the broker hands over before the first of them is
 *     acknowledged; each may be as large as {@link fabwafer.protocol.Limits#MAX_PAYLOAD_BYTES}
 * @param parkedLimitBytes most bytes of images that wait in the database while the archive cannot
 *     be written; past it no message is taken until it can
 */
public record IngestConfig(int receiveMaximum, long parkedLimitBytes) {
  /** Most that MQTT knows. */
  public static final int MAX_RECEIVE_MAXIMUM = 65_535;

  /** For the embedded broker. */
  public static final IngestConfig DEFAULT = new IngestConfig(64, 256L * 1024 * 1024);

  /**
   * For a broker elsewhere. Mosquitto 2.0 hands over more than it is asked for, which its own
   * max_inflight_messages bounds, and MQTT has a client that asked for less hang up then, for ever.
   */
  public static final IngestConfig EXTERNAL =
      new IngestConfig(MAX_RECEIVE_MAXIMUM, DEFAULT.parkedLimitBytes);

  /** Most messages of one transaction. */
  private static final int MAX_BATCH = 128;

  int batch() {
    return Math.min(receiveMaximum, MAX_BATCH);
  }
}
