package fabwafer.hub.ingest;

/**
 * The bounds of ingest.
 *
 * @param receiveMaximum most messages that the broker hands over before the first of them is
 *     acknowledged; each may be as large as {@link fabwafer.protocol.Limits#MAX_PAYLOAD_BYTES}, and
 *     one transaction takes no more
 * @param parkedLimitBytes most bytes of images that wait in the database while the archive cannot
 *     be written; past it no message is taken until it can
 */
public record IngestConfig(int receiveMaximum, long parkedLimitBytes) {
  public static final IngestConfig DEFAULT = new IngestConfig(64, 256L * 1024 * 1024);
}
