package fabwafer.hub.following;

import fabwafer.hub.HubException;
import org.jdbi.v3.core.Handle;

/** The table of how far each follower is. */
final class FollowerRows {
  private FollowerRows() {}

  /** How far a follower is; it is entered where it is new. */
  static long open(Handle handle, String name, long newAt) {
    handle
        .createUpdate(
            "insert into followers (name, arrival, skipped) values (:name, :arrival, 0)"
                + " on conflict (name) do nothing")
        .bind("name", name)
        .bind("arrival", newAt)
        .execute();
    return handle
        .createQuery("select arrival from followers where name = :name")
        .bind("name", name)
        .mapTo(Long.class)
        .one();
  }

  /**
   * Notes that a follower has seen what lies between two places, in the caller's transaction.
   *
   * @param skipped how many of them it failed at for good
   * @throws HubException if it is not at the first place: somebody else follows in its name
   */
  static void advance(Handle handle, String name, long from, long to, int skipped) {
    int advanced =
        handle
            .createUpdate(
                "update followers set arrival = :to, skipped = skipped + :skipped"
                    + " where name = :name and arrival = :from")
            .bind("name", name)
            .bind("from", from)
            .bind("to", to)
            .bind("skipped", skipped)
            .execute();
    if (advanced != 1) {
      throw new HubException(
          "follower %s is no longer at place %d: another hub follows in its name"
              .formatted(name, from));
    }
  }
}
