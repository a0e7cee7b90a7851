package fabwafer.hub.audit;

import fabwafer.hub.web.Caller;
import fabwafer.hub.web.Exchange;
import fabwafer.protocol.DeviceName;
import java.util.Optional;

/**
 * Who does something.
 *
 * @param name such as {@code user:eva}, {@code token:7 of eva}, {@code device:faba/camera1}, {@code
 *     os:root}, {@code hub} or {@code anyone}
 * @param from the numeric address it came from; empty for what happens on the hub's own machine
 */
public record Actor(String name, Optional<String> from) {
  /** The hub itself. */
  public static final Actor HUB = new Actor("hub", Optional.empty());

  /** Somebody who is logged in, or sent a token. */
  public static Actor of(Exchange exchange) {
    return of(exchange.caller(), exchange.address());
  }

  /** An account, at an address. */
  public static Actor of(Caller caller, String from) {
    return new Actor(caller.actor(), Optional.of(from));
  }

  /** An account that is not, or not yet, a caller. */
  public static Actor user(String user, String from) {
    return new Actor("user:" + user, Optional.of(from));
  }

  /** Somebody unknown. */
  public static Actor anyone(String from) {
    return new Actor("anyone", Optional.of(from));
  }

  /** An agent or device of a fab. */
  public static Actor device(DeviceName device, Optional<String> from) {
    return new Actor("device:" + device, from);
  }

  /** Whoever runs a command on the hub's own machine. */
  public static Actor operator() {
    return new Actor("os:" + System.getProperty("user.name", "unknown"), Optional.empty());
  }
}
