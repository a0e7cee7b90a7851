package fabwafer.hub.ingest;

import fabwafer.hub.HubException;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.database.Database;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.ImageMessage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where images wait while the archive cannot be written: a table of the database, which may well be
 * on another disk. So a full archive neither loses an image nor holds up predictions. On ingest's
 * thread, but for {@link #trouble} and {@link #archiveFailed}.
 */
final class ImageParking {
  private static final Logger LOG = LoggerFactory.getLogger(ImageParking.class);

  private final Database database;
  private final Archive archive;
  private final long limitBytes;
  private volatile Optional<String> trouble = Optional.empty();
  // Whether there may be rows: known only after a look, as an earlier run may have left some.
  private boolean mayHoldSome = true;

  ImageParking(Database database, Archive archive, long limitBytes) {
    this.database = database;
    this.archive = archive;
    this.limitBytes = limitBytes;
  }

  /** No room to park an image: nothing can be done until the archive can be written. */
  static final class FullException extends HubException {
    private static final long serialVersionUID = 1L;

    FullException(String message) {
      super(message);
    }
  }

  /** Why images are not archived at the moment; empty: they are. */
  Optional<String> trouble() {
    return trouble;
  }

  /** Notes that an image could not be written, and why. */
  void archiveFailed(ImageMessage message, IOException failure) {
    trouble = Optional.of("the archive cannot be written: " + failure);
    LOG.error(
        "cannot archive image {} of {}; it waits in the database: {}",
        message.imgid(),
        message.device(),
        failure.toString());
  }

  /**
   * Keeps an image, in the caller's transaction.
   *
   * @throws FullException if there is no room for it
   */
  void park(Handle handle, ImageMessage message, long receivedMillis) {
    mayHoldSome = true;
    byte[] image = message.bytes();
    long parked =
        handle
            .createQuery("select coalesce(sum(length(image)), 0) from unwritten_images")
            .mapTo(Long.class)
            .one();
    if (parked + image.length > limitBytes) {
      throw new FullException(
          "%,d of %,d bytes of images wait for the archive".formatted(parked, limitBytes));
    }
    handle
        .createUpdate(
            "insert into unwritten_images (fab, camera, imgid, timestamp, image, sha256, received)"
                + " values (:fab, :camera, :imgid, :timestamp, :image, :sha256, :received)"
                + " on conflict (fab, camera, imgid, timestamp, sha256) do nothing")
        .bind("fab", message.device().fab())
        .bind("camera", message.device().camera())
        .bind("imgid", message.imgid())
        .bind("timestamp", message.timestampMillis())
        .bind("image", image)
        .bind("sha256", Archive.sha256(image))
        .bind("received", receivedMillis)
        .execute();
  }

  /** What is left to do for an image that waits no longer. */
  interface Exit {
    void archived(Handle handle, ArchivedImage image);

    void refused(Handle handle, ImageMessage message, String reason);
  }

  private record Parked(long id, ImageMessage message, long receivedMillis) {}

  /**
   * Takes the waiting images to the archive, the longest waiting first.
   *
   * @param exit does what is left to do for each, in the transaction that unparks it
   * @return whether the archive could be written, or nothing waited
   */
  boolean archive(Exit exit) {
    if (!mayHoldSome) {
      return true;
    }
    for (Optional<Parked> next = longest(); next.isPresent(); next = longest()) {
      Parked parked = next.get();
      try {
        ArchivedImage image = archive.keep(parked.message, parked.receivedMillis);
        unpark(parked, handle -> exit.archived(handle, image));
      } catch (IOException e) {
        archiveFailed(parked.message, e);
        return false;
      } catch (HubException e) {
        unpark(
            parked, handle -> exit.refused(handle, parked.message, String.valueOf(e.getMessage())));
      }
    }
    mayHoldSome = false;
    if (trouble.isPresent()) {
      trouble = Optional.empty();
      LOG.info("the archive can be written again; no image waits");
    }
    return true;
  }

  private void unpark(Parked parked, Consumer<Handle> rest) {
    database.change(
        handle -> {
          rest.accept(handle);
          handle
              .createUpdate("delete from unwritten_images where id = :id")
              .bind("id", parked.id)
              .execute();
        });
  }

  private Optional<Parked> longest() {
    List<Parked> rows =
        database.read(
            handle ->
                handle
                    .createQuery("select * from unwritten_images order by id limit 1")
                    .map(
                        (row, context) ->
                            new Parked(
                                row.getLong("id"),
                                ImageMessage.of(
                                    new DeviceName(row.getString("fab"), row.getString("camera")),
                                    row.getString("imgid"),
                                    row.getLong("timestamp"),
                                    row.getBytes("image")),
                                row.getLong("received")))
                    .list());
    return rows.stream().findFirst();
  }
}
