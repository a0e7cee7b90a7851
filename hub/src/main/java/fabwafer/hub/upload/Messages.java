package fabwafer.hub.upload;

import java.util.concurrent.CompletableFuture;

/** Where messages go that would come from a device. Safe on any thread. */
@FunctionalInterface
public interface Messages {
  /**
   * Hands over a message.
   *
   * @return completes once it is committed
   * @throws fabwafer.hub.HubException if nothing can be stored at the moment
   */
  CompletableFuture<Void> submit(String topic, byte[] payload);
}
