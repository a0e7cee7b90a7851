package fabwafer.agent;

/** What becomes of a file in a camera's folder. */
sealed interface Outcome {
  /** The inspections of all its wafers are in the spool, or were acknowledged before. */
  record Taken(String told) implements Outcome {}

  /** Nothing of it is new: its inspections were spooled or acknowledged before. */
  record Known(String told) implements Outcome {}

  /** Its inspections are in the spool; it stays for another agent until they are published. */
  record Pending() implements Outcome {}

  /** It will never be an inspection; or, of a file of several wafers, not all of them. */
  record Refused(String reason) implements Outcome {}

  /** It is still being written. */
  record NotYet() implements Outcome {}

  /** It has not stood still for long enough: it is looked at again then. */
  record Unsettled() implements Outcome {}

  /** It is gone, or changed while it was read. */
  record Gone() implements Outcome {}

  /** Something failed that concerns this file only and may pass. */
  record Failed(String problem) implements Outcome {}

  /** The agent ends: what is left of the file is taken after the next start. */
  record Stopped() implements Outcome {}

  /** The spool is full: no file can be taken, the folder is the buffer. */
  record NoRoom(String problem) implements Outcome {}

  /** The spool cannot be written: no file can be taken, the folder is the buffer. */
  record SpoolFailed(String problem) implements Outcome {}
}
