package fabwafer.hub.alarm;

import java.io.IOException;

/** A way a notice leaves the hub. Each has a thread of its own, which may wait for it. */
interface WayOut {
  /** Its name in the outbox; must stay the same. */
  String name();

  /** Whether notices of that kind go this way. */
  boolean carries(Notice.Kind kind);

  /**
   * Delivers a notice; returns once its receiver has it.
   *
   * @throws IOException if it was not delivered, as far as is known: it is tried again
   */
  void send(Notice notice) throws IOException;
}
