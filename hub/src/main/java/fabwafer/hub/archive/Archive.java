package fabwafer.hub.archive;

import fabwafer.hub.HubException;
import fabwafer.hub.database.Database;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.ImageMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The images as they were received, as files, and the database's table of them. The file comes
 * first and is never overwritten; a file whose row was lost to a kill gets it when the message is
 * delivered again.
 */
public final class Archive {
  private static final String COLUMNS =
      "fab, camera, imgid, timestamp, version, bytes, sha256, received";

  private static final int BATCH = 1_000;

  private final ArchiveFiles files;
  private final Database database;

  /**
   * An archive.
   *
   * @param folder made when the first image comes
   */
  public Archive(Path folder, Database database) {
    this.files = new ArchiveFiles(folder);
    this.database = database;
  }

  /**
   * Keeps an image's file, to be entered with {@link #enter} once it is on the disk. Other bytes
   * under a name that is taken become a further version. Safe on any thread.
   *
   * @throws IOException if the file could not be written; what was there is as it was
   * @throws HubException if the name has too many versions
   */
  public ArchivedImage keep(ImageMessage message, long receivedMillis) throws IOException {
    byte[] bytes = message.bytes();
    int version = files.keep(message.device(), message.imgid(), bytes);
    return new ArchivedImage(
        message.device(),
        message.imgid(),
        message.timestampMillis(),
        version,
        bytes.length,
        sha256(bytes),
        receivedMillis);
  }

  /**
   * Enters a kept image in the table, in the caller's transaction.
   *
   * @param hasClassification whether its prediction has come
   * @return whether it is new; else the same bytes came before for the same inspection
   */
  public boolean enter(Handle handle, ArchivedImage image, boolean hasClassification) {
    int entered =
        handle
            .createUpdate(
                "insert into images ("
                    + COLUMNS
                    + ", has_classification) values (:fab, :camera, :imgid, :timestamp, :version,"
                    + " :bytes, :sha256, :received, :has_classification)"
                    + " on conflict (fab, camera, imgid, timestamp, version) do nothing")
            .bind("fab", image.device().fab())
            .bind("camera", image.device().camera())
            .bind("imgid", image.imgid())
            .bind("timestamp", image.timestampMillis())
            .bind("version", image.version())
            .bind("bytes", image.bytes())
            .bind("sha256", image.sha256())
            .bind("received", image.receivedMillis())
            .bind("has_classification", hasClassification ? 1 : 0)
            .execute();
    return entered == 1;
  }

  /** Whether an image of a name has come, in the caller's transaction. */
  public boolean has(Handle handle, DeviceName device, String imgid) {
    return handle
        .createQuery(
            "select 1 from images where fab = :fab and camera = :camera and imgid = :imgid limit 1")
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .bind("imgid", imgid)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  /** Notes that the classification of an inspection has come, in the caller's transaction. */
  public void classificationCame(Handle handle, DeviceName device, String imgid) {
    handle
        .createUpdate(
            "update images set has_classification = 1 where fab = :fab and camera = :camera"
                + " and imgid = :imgid and has_classification = 0")
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .bind("imgid", imgid)
        .execute();
  }

  /** Every image of a name: by timestamp, then version. */
  public List<ArchivedImage> versions(DeviceName device, String imgid) {
    return database.read(handle -> versions(handle, device, imgid));
  }

  /**
   * The image of an inspection: the first that came with its timestamp, else (a sender may stamp
   * image and prediction apart) the first of its name.
   */
  public Optional<ArchivedImage> find(DeviceName device, String imgid, long timestampMillis) {
    List<ArchivedImage> versions = versions(device, imgid);
    return versions.stream()
        .filter(image -> image.timestampMillis() == timestampMillis)
        .findFirst()
        .or(() -> versions.stream().findFirst());
  }

  /** Every archived image; read a batch at a time, as they are gone through. */
  public Iterable<ArchivedImage> all() {
    return () ->
        new Iterator<>() {
          private List<ArchivedImage> batch = batchAfter(Optional.empty());
          private int next;

          @Override
          public boolean hasNext() {
            if (next == batch.size() && next == BATCH) {
              batch = batchAfter(Optional.of(batch.getLast()));
              next = 0;
            }
            return next < batch.size();
          }

          @Override
          public ArchivedImage next() {
            if (!hasNext()) {
              throw new NoSuchElementException();
            }
            return batch.get(next++);
          }
        };
  }

  private List<ArchivedImage> batchAfter(Optional<ArchivedImage> last) {
    return database.read(
        handle -> {
          var query =
              handle.createQuery(
                  "select "
                      + COLUMNS
                      + " from images"
                      + last.map(
                              _ ->
                                  " where (fab, camera, imgid, timestamp, version)"
                                      + " > (:fab, :camera, :imgid, :timestamp, :version)")
                          .orElse("")
                      + " order by fab, camera, imgid, timestamp, version limit "
                      + BATCH);
          last.ifPresent(
              image ->
                  query
                      .bind("fab", image.device().fab())
                      .bind("camera", image.device().camera())
                      .bind("imgid", image.imgid())
                      .bind("timestamp", image.timestampMillis())
                      .bind("version", image.version()));
          return query.map((row, context) -> read(row)).list();
        });
  }

  /**
   * Takes images out of the table, in the caller's transaction, and notes that their files are to
   * go; {@link #removeDoomed} removes them after the commit.
   *
   * @param condition on the row {@code old} of images, with the parameter {@code before}
   */
  public List<ArchivedImage> doom(Handle handle, String condition, long before, int limit) {
    List<ArchivedImage> doomed = oldest(handle, condition, before, limit);
    doom(handle, doomed);
    return doomed;
  }

  /** The images that {@link #doom(Handle, String, long, int)} would take. */
  public List<ArchivedImage> oldest(Handle handle, String condition, long before, int limit) {
    return handle
        .createQuery(
            "select "
                + COLUMNS
                + " from images as old where "
                + condition
                + " order by received limit :limit")
        .bind("before", before)
        .bind("limit", limit)
        .map((row, context) -> read(row))
        .list();
  }

  /** The same with these images. */
  public void doom(Handle handle, List<ArchivedImage> images) {
    for (ArchivedImage image : images) {
      execute(
          handle,
          "insert into doomed_files (fab, camera, imgid, version)"
              + " values (:fab, :camera, :imgid, :version) on conflict do nothing",
          image);
      execute(
          handle,
          "delete from images where fab = :fab and camera = :camera and imgid = :imgid"
              + " and timestamp = :timestamp and version = :version",
          image);
      execute(
          handle,
          "update classifications set has_image = 0 where fab = :fab and camera = :camera"
              + " and imgid = :imgid and not exists (select 1 from images where fab = :fab"
              + " and camera = :camera and imgid = :imgid)",
          image);
    }
  }

  private static void execute(Handle handle, String statement, ArchivedImage image) {
    var update = handle.createUpdate(statement);
    update
        .bind("fab", image.device().fab())
        .bind("camera", image.device().camera())
        .bind("imgid", image.imgid());
    if (statement.contains(":timestamp")) {
      update.bind("timestamp", image.timestampMillis());
    }
    if (statement.contains(":version")) {
      update.bind("version", image.version());
    }
    update.execute();
  }

  /** Removes the files that are noted to go, but for those that came again meanwhile. */
  public void removeDoomed() throws IOException {
    List<ArchivedImage> doomed;
    do {
      doomed = database.read(Archive::doomed);
      for (ArchivedImage image : doomed) {
        remove(image);
      }
    } while (!doomed.isEmpty());
  }

  private static List<ArchivedImage> doomed(Handle handle) {
    return handle
        .createQuery("select fab, camera, imgid, version from doomed_files limit " + BATCH)
        .map(
            (row, context) ->
                new ArchivedImage(
                    new DeviceName(row.getString("fab"), row.getString("camera")),
                    row.getString("imgid"),
                    0,
                    row.getInt("version"),
                    0,
                    "",
                    0))
        .list();
  }

  /** In the writer's transaction, so that no image of the name is entered meanwhile. */
  private void remove(ArchivedImage image) throws IOException {
    Optional<IOException> failure =
        database.write(
            handle -> {
              boolean named =
                  versions(handle, image.device(), image.imgid()).stream()
                      .anyMatch(kept -> kept.version() == image.version());
              try {
                if (!named) {
                  Files.deleteIfExists(file(image));
                }
              } catch (IOException e) {
                return Optional.of(e);
              }
              execute(
                  handle,
                  "delete from doomed_files where fab = :fab and camera = :camera"
                      + " and imgid = :imgid and version = :version",
                  image);
              return Optional.<IOException>empty();
            });
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  /** The file of an archived image. */
  public Path file(ArchivedImage image) {
    return files.path(image.device(), image.imgid(), image.version());
  }

  /**
   * The bytes of an archived image.
   *
   * @throws HubException if the file is gone or cannot be read
   */
  public byte[] read(ArchivedImage image) {
    Path file = file(image);
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new HubException("cannot read the archived image " + file + ": " + e.getMessage(), e);
    }
  }

  /** How many images wait for their prediction. */
  public long countWithoutClassification() {
    return database.read(
        handle ->
            handle
                .createQuery("select count(*) from images where has_classification = 0")
                .mapTo(Long.class)
                .one());
  }

  /**
   * An image whose prediction has not come.
   *
   * @param place in the order of coming, for paging
   */
  public record Unclassified(long place, ArchivedImage image) {}

  /**
   * Images whose prediction has not come, the last received first.
   *
   * @param before only those with a smaller place
   */
  public List<Unclassified> withoutClassification(Optional<Long> before, int limit) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select rowid, "
                        + COLUMNS
                        + " from images where has_classification = 0 and rowid < :before"
                        + " order by rowid desc limit :limit")
                .bind("before", before.orElse(Long.MAX_VALUE))
                .bind("limit", limit)
                .map((row, context) -> new Unclassified(row.getLong("rowid"), read(row)))
                .list());
  }

  private static List<ArchivedImage> versions(Handle handle, DeviceName device, String imgid) {
    return handle
        .createQuery(
            "select "
                + COLUMNS
                + " from images where fab = :fab and camera = :camera and imgid = :imgid"
                + " order by timestamp, version")
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .bind("imgid", imgid)
        .map((row, context) -> read(row))
        .list();
  }

  private static ArchivedImage read(ResultSet row) throws SQLException {
    return new ArchivedImage(
        new DeviceName(row.getString("fab"), row.getString("camera")),
        row.getString("imgid"),
        row.getLong("timestamp"),
        row.getInt("version"),
        row.getLong("bytes"),
        row.getString("sha256"),
        row.getLong("received"));
  }

  /** The checksum by which the archive tells images apart, in hexadecimal. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
