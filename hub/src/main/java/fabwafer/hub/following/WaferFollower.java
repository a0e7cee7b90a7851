package fabwafer.hub.following;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** What wants to see every stored classification once. Called on one thread. */
public interface WaferFollower {
  /** Where a follower begins that this hub has not had before. */
  enum Start {
    /** With the oldest wafer that is still stored. */
    BEGINNING,
    /** With the next wafer. */
    NOW
  }

  /**
   * Its name, by which the hub remembers how far it is: never another follower's, never changed.
   */
  String name();

  /** Where it begins when it is new. */
  default Start start() {
    return Start.BEGINNING;
  }

  /**
   * Does what takes long (a model's answer, a drawing) for wafers that are about to be followed,
   * while nobody waits. What is worked out is to be kept until {@link #follow}; the same wafers may
   * be prepared again, after a failure or a restart.
   *
   * @throws Exception if it cannot be done now: it is tried again
   */
  default void prepare(List<FollowedWafer> wafers) throws Exception {}

  /**
   * Follows a wafer. Meanwhile the whole hub waits for its turn to write: this is for writing only.
   *
   * @param handle the transaction in which it is noted that the wafer was followed: either both are
   *     stored or neither
   * @throws Exception if it cannot be done: all of the transaction is undone and tried again. A
   *     wafer that fails alone {@value Following#MAX_TRIES} times is skipped, and counted
   */
  void follow(Handle handle, FollowedWafer wafer) throws Exception;

  /**
   * Follows the wafers of one transaction, those that were prepared just before; one by one, unless
   * a follower does it more cheaply together.
   *
   * @throws Exception as {@link #follow}
   */
  default void followAll(Handle handle, List<FollowedWafer> wafers) throws Exception {
    for (FollowedWafer wafer : wafers) {
      follow(handle, wafer);
    }
  }
}
