package fabwafer.hub.ingest;

/**
 * A message as it came.
 *
 * @param topic any topic
 * @param payload its bytes; not to be changed
 * @param acknowledgement tells the broker that the message is done
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Incoming(String topic, byte[] payload, Runnable acknowledgement) {}
