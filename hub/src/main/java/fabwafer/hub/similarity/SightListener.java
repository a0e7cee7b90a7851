package fabwafer.hub.similarity;

import org.jdbi.v3.core.Handle;

/** What goes on from the embedding of each stored wafer. Called on the thread of the followers. */
public interface SightListener {
  /** Works out what takes long, before the transaction; may be called again for the same wafer. */
  default void prepare(SeenWafer wafer) {}

  /** Writes, in the transaction that stores the embedding. */
  void seen(Handle handle, SeenWafer wafer);
}
