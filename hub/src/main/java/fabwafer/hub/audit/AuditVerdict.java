package fabwafer.hub.audit;

/** What became of the chain. */
public sealed interface AuditVerdict {
  /**
   * Every entry is as it was written, and none is missing between the first and the last.
   *
   * @param first the oldest entry kept; 0 if there is none
   * @param last the newest entry; 0 if there is none
   * @param head the newest entry's hash. Noted elsewhere, it proves later that nothing before it
   *     was changed, and nothing at the end cut off
   */
  record Intact(long first, long last, String head) implements AuditVerdict {}

  /**
   * The chain is broken.
   *
   * @param id the first entry that is not as it was written, or is missing
   * @param why what is wrong with it
   */
  record Broken(long id, String why) implements AuditVerdict {}
}
