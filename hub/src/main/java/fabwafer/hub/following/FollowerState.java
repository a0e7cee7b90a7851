package fabwafer.hub.following;

import java.time.Duration;
import java.util.Optional;

/**
 * A follower, how far it is, and whether it rests after a failure. Place and trouble are read by
 * other threads.
 */
final class FollowerState {
  private static final int MAX_DOUBLINGS = 10;

  private final WaferFollower follower;
  private volatile long place;
  private volatile Optional<String> trouble = Optional.empty();
  private int tries;
  private long dueNanos = System.nanoTime();

  FollowerState(WaferFollower follower, long place) {
    this.follower = follower;
    this.place = place;
  }

  WaferFollower follower() {
    return follower;
  }

  String name() {
    return follower.name();
  }

  /** It has seen everything up to here. */
  long place() {
    return place;
  }

  /** Why it does not get on; empty where it does. */
  Optional<String> trouble() {
    return trouble;
  }

  /** Whether its rest is over. */
  boolean isDue() {
    return System.nanoTime() - dueNanos >= 0;
  }

  void advancedTo(long newPlace) {
    place = newPlace;
    tries = 0;
    trouble = Optional.empty();
  }

  /** Makes it rest; answers how often it has failed here. */
  int failed(String why, FollowingConfig config) {
    tries++;
    trouble = Optional.of(name() + ": " + why);
    Duration rest = config.firstRetry().multipliedBy(1L << Math.min(tries - 1, MAX_DOUBLINGS));
    Duration longest = config.longestRetry();
    dueNanos = System.nanoTime() + (rest.compareTo(longest) < 0 ? rest : longest).toNanos();
    return tries;
  }
}
