package fabwafer.hub.quarantine;

/**
 * The bounds of the quarantine. Past one of the totals the messages that were longest not seen are
 * dropped.
 *
 * @param limit most messages
 * @param limitBytes most bytes of payloads
 * @param payloadLimitBytes most bytes kept of one payload: its beginning
 */
public record QuarantineConfig(int limit, long limitBytes, int payloadLimitBytes) {
  public static final QuarantineConfig DEFAULT =
      new QuarantineConfig(10_000, 256L * 1024 * 1024, 256 * 1024);
}
