package fabwafer.hub.following;

import java.nio.file.Path;
import org.jdbi.v3.core.Handle;

/** A process that follows and dies as by a kill, with a transaction open. */
final class HaltedFollower {
  static final int EXIT = 77;
  private static final int WRITTEN = 10;

  private HaltedFollower() {}

  public static void main(String[] arguments) {
    FollowedHub hub = new FollowedHub(Path.of(arguments[0]));
    hub.following(
            new Diary("one") {
              private int written;

              @Override
              public void follow(Handle handle, FollowedWafer wafer) throws Exception {
                super.follow(handle, wafer);
                if (++written == WRITTEN) {
                  Runtime.getRuntime().halt(EXIT);
                }
              }
            })
        .catchUp();
  }
}
