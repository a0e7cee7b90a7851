package fabwafer.hub.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.hub.HubException;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.database.Database;
import fabwafer.hub.web.Json;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import fabwafer.wafer.dataset.WaferDatasets;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes data sets of archived wafers that people reviewed. Lots stay whole: all of a lot is learnt
 * from or all of it is held out, the same in every snapshot, so that no model was trained on what
 * its gate measures. Reviewers who disagree are settled by two of three, or the wafer is left out.
 */
public final class Snapshots {
  /** The folder of the snapshots in the data folder. */
  public static final String FOLDER = "snapshots";

  /** One lot in so many is held out. */
  static final int HELD_OUT_ONE_IN = 5;

  private static final int ID_CHARS = 16;
  private static final Pattern ID = Pattern.compile("[0-9a-f]{" + ID_CHARS + "}");
  private static final String DISAGREEMENT = "reviewers disagree";
  private static final String NO_IMAGE = "no image";
  private static final String UNREADABLE = "unreadable image";
  private static final String NEW_LABEL = "label that no model here can learn yet";

  private final Path folder;
  private final Database database;
  private final Archive archive;
  private final InstantSource clock;

  /**
   * The snapshots of a data folder.
   *
   * @param data the hub's data folder
   */
  public Snapshots(Path data, Database database, Archive archive, InstantSource clock) {
    this.folder = data.resolve(FOLDER);
    this.database = database;
    this.archive = archive;
    this.clock = clock;
  }

  /** How many labels were given after a snapshot's last one; 0 for all that there are. */
  public long labelsSince(long lastLabel) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "select count(*) from ground_truths where id > :last"
                        + " and withdrawn is null")
                .bind("last", lastLabel)
                .mapTo(Long.class)
                .one());
  }

  /**
   * Makes a snapshot of all labels that there are now; the same labels again give the one that is
   * there.
   *
   * @throws HubException if no wafer can be learnt from, or it cannot be written
   */
  public Snapshot make() {
    long last =
        database.read(
            handle ->
                handle
                    .createQuery("select coalesce(max(id), 0) from ground_truths")
                    .mapTo(Long.class)
                    .one());
    Gathered gathered = new Gathered();
    for (ReviewedWafer wafer : database.read(handle -> ReviewedWafer.all(handle, last))) {
      gather(wafer, gathered);
    }
    if (gathered.training.isEmpty()) {
      throw new HubException(
          "no reviewed wafer can be learnt from: %d held out, left out %s"
              .formatted(gathered.heldOut.size(), gathered.leftOut));
    }
    String id = HexFormat.of().formatHex(gathered.digest.digest()).substring(0, ID_CHARS);
    Snapshot snapshot =
        new Snapshot(
            id,
            folder.resolve(id),
            last,
            gathered.training.size(),
            gathered.heldOut.size(),
            gathered.lots.size(),
            gathered.labels,
            gathered.settled,
            gathered.leftOut,
            gathered.newLabels);
    if (!Files.isDirectory(snapshot.folder())) {
      write(snapshot, gathered);
    }
    return snapshot;
  }

  /** Whether a snapshot of an id was made; any text may be asked. */
  public boolean exists(String id) {
    return ID.matcher(id).matches() && Files.exists(folder.resolve(id).resolve(Snapshot.ABOUT));
  }

  /**
   * A snapshot that was made.
   *
   * @throws HubException if there is none of that id
   */
  public Snapshot find(String id) {
    Path about = folder.resolve(id).resolve(Snapshot.ABOUT);
    try {
      JsonNode json = Json.parse(Files.readString(about, UTF_8));
      return new Snapshot(
          id,
          folder.resolve(id),
          json.get("lastLabel").longValue(),
          json.get("training").intValue(),
          json.get("heldOut").intValue(),
          json.get("lots").intValue(),
          counts(json.get("labels")),
          json.get("settled").intValue(),
          counts(json.get("leftOut")),
          counts(json.get("newLabels")));
    } catch (IOException e) {
      throw new HubException("there is no snapshot " + id + ": " + e, e);
    }
  }

  /** What a snapshot is made of, while it is gathered. */
  private static final class Gathered {
    final List<LabelledWafer> training = new ArrayList<>();
    final List<LabelledWafer> heldOut = new ArrayList<>();
    final Map<String, Integer> lots = new LinkedHashMap<>();
    final Map<String, Integer> labels = new TreeMap<>();
    final Map<String, Integer> leftOut = new TreeMap<>();
    final Map<String, Integer> newLabels = new TreeMap<>();
    final MessageDigest digest = sha256();
    int settled;
  }

  private void gather(ReviewedWafer wafer, Gathered gathered) {
    Optional<String> label = Settled.label(wafer.words().values());
    if (label.isEmpty()) {
      gathered.leftOut.merge(DISAGREEMENT, 1, Integer::sum);
      return;
    }
    Optional<DefectPattern> pattern = DefectPattern.ofLabel(label.get());
    if (pattern.isEmpty()) {
      gathered.leftOut.merge(NEW_LABEL, 1, Integer::sum);
      gathered.newLabels.merge(label.get(), 1, Integer::sum);
      return;
    }
    Optional<WaferMap> map = map(wafer, gathered);
    if (map.isEmpty()) {
      return;
    }
    gathered.settled += Set.copyOf(wafer.words().values()).size() > 1 ? 1 : 0;
    gathered.labels.merge(label.get(), 1, Integer::sum);
    gathered.digest.update(
        "%s %d %s\n"
            .formatted(wafer.imgid(), wafer.timestampMillis(), label.get())
            .getBytes(UTF_8));
    int group = gathered.lots.computeIfAbsent(wafer.lot(), lot -> gathered.lots.size());
    boolean held = isHeldOut(wafer.lot());
    List<LabelledWafer> part = held ? gathered.heldOut : gathered.training;
    part.add(
        new LabelledWafer(
            map.get(),
            EnumSet.of(pattern.get()),
            group,
            LabelledWafer.UNKNOWN,
            Split.UNSPLIT,
            wafer.imgid() + "-" + wafer.timestampMillis()));
  }

  /** By the lot's name alone, so that a lot is held out in every snapshot or in none. */
  static boolean isHeldOut(String lot) {
    CRC32 crc = new CRC32();
    crc.update(lot.getBytes(UTF_8));
    return crc.getValue() % HELD_OUT_ONE_IN == 0;
  }

  private Optional<WaferMap> map(ReviewedWafer wafer, Gathered gathered) {
    Optional<ArchivedImage> image =
        archive
            .find(wafer.device(), wafer.imgid(), wafer.timestampMillis())
            .or(
                () ->
                    archive.versions(wafer.device(), wafer.imgid()).reversed().stream()
                        .findFirst());
    if (image.isEmpty()) {
      gathered.leftOut.merge(NO_IMAGE, 1, Integer::sum);
      return Optional.empty();
    }
    try {
      return Optional.of(WaferImages.read(wafer.imgid(), archive.read(image.get())));
    } catch (WaferException | HubException e) {
      gathered.leftOut.merge(UNREADABLE, 1, Integer::sum);
      return Optional.empty();
    }
  }

  private void write(Snapshot snapshot, Gathered gathered) {
    Path unfinished = folder.resolve(snapshot.id() + ".tmp");
    try {
      Files.createDirectories(unfinished);
      writeNpz(gathered.training, unfinished.resolve(Snapshot.TRAINING));
      if (!gathered.heldOut.isEmpty()) {
        writeNpz(gathered.heldOut, unfinished.resolve(Snapshot.HELD_OUT));
      }
      Files.write(unfinished.resolve(Snapshot.ABOUT), json(snapshot).toString().getBytes(UTF_8));
      Files.move(unfinished, snapshot.folder(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new HubException("cannot write the snapshot " + snapshot.folder() + ": " + e, e);
    }
  }

  private static void writeNpz(List<LabelledWafer> wafers, Path file) throws IOException {
    WaferDatasets.writeNpz(
        new WaferDataset(String.valueOf(file.getFileName()), Labelling.SINGLE, wafers), file);
  }

  private ObjectNode json(Snapshot snapshot) {
    ObjectNode json =
        Json.object()
            .put("format", 1)
            .put("id", snapshot.id())
            .put("madeAt", clock.instant().toString())
            .put("lastLabel", snapshot.lastLabel())
            .put("training", snapshot.training())
            .put("heldOut", snapshot.heldOut())
            .put("heldOutOneLotIn", HELD_OUT_ONE_IN)
            .put("lots", snapshot.lots())
            .put("settled", snapshot.settled());
    snapshot.labels().forEach(json.putObject("labels")::put);
    snapshot.leftOut().forEach(json.putObject("leftOut")::put);
    snapshot.newLabels().forEach(json.putObject("newLabels")::put);
    return json;
  }

  private static Map<String, Integer> counts(JsonNode json) {
    Map<String, Integer> counts = new HashMap<>();
    json.properties().forEach(entry -> counts.put(entry.getKey(), entry.getValue().intValue()));
    return counts;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
