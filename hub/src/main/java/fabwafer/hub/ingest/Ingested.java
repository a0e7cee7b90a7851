package fabwafer.hub.ingest;

/** What became of a message. Whichever it was, the message was acknowledged after the commit. */
public sealed interface Ingested {

  /** It is stored now. */
  record Stored() implements Ingested {}

  /** It was stored before, and is no second time. */
  record Duplicate() implements Ingested {}

  /**
   * It is in quarantine.
   *
   * @param reason why, fit to be shown to a person
   */
  record Refused(String reason) implements Ingested {}

  /** It is an image, kept in the database until the archive can be written. */
  record Parked() implements Ingested {}

  /** It is none that the hub stores, such as what it wrote itself. */
  record Ignored() implements Ingested {}
}
