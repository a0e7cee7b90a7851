package fabwafer.hub.ingest;

/**
 * The bounds of ingest.
 *
 * @param receiveMaximum most messages that the broker hands over before the first of them is
 *     acknowledged; each may be as large as {@link fabwafer.protocol.Limits#MAX_PAYLOAD_BYTES}, and
 *     one transaction takes no more
 */
public record IngestConfig(int receiveMaximum) {
  public static final int DEFAULT_RECEIVE_MAXIMUM = 64;
}
