package fabwafer.acceptance;

import fabwafer.acceptance.FillLots.Wafer;
import fabwafer.hub.alarm.AlarmConfig;
import fabwafer.hub.alarm.AlarmStore;
import fabwafer.hub.alarm.Alarms;
import fabwafer.hub.analytics.YieldFollower;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.catalogue.Catalogue;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.database.Database;
import fabwafer.hub.following.Following;
import fabwafer.hub.following.FollowingConfig;
import fabwafer.hub.groundtruth.GroundTruthStore;
import fabwafer.hub.hold.Holds;
import fabwafer.hub.rule.AlarmRules;
import fabwafer.protocol.ImageMessage;
import fabwafer.protocol.PredictionMessage;
import fabwafer.protocol.Topic;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.image.WaferImages;
import fabwafer.wafer.synthetic.SyntheticWafers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fills the data folder of a hub that does not run with wafers of weeks, through the hub's own
 * stores: synthetic ones and the project's samples, of several fabs, cameras, products and lots,
 * with alarms and some labels, and with planted excursions to be found.
 */
public final class FilledHub {
  private static final int BATCH_LOTS = 40;
  private static final Duration UNTIL_RECEIVED = Duration.ofSeconds(2);
  private static final Duration UNTIL_REVIEWED = Duration.ofHours(5);

  /** Large batches: nobody else waits for the database. */
  private static final FollowingConfig FOLLOWING =
      new FollowingConfig(
          1_000, Duration.ofMillis(1), Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1));

  /** The id of the model that is said to have judged them. */
  private static final String MODEL = "synthetic";

  private final FillPlan plan;
  private final Map<DefectPattern, List<byte[]>> samples = readSamples();
  private final AtomicLong now;
  private final Database database;
  private final Archive archive;
  private final Catalogue catalogue;
  private final ClassificationStore classifications;
  private final GroundTruthStore groundTruths;
  private final Alarms alarms;
  private final AlarmRules rules;

  private FilledHub(FillPlan plan, Path data, Database database) {
    this.plan = plan;
    this.now = new AtomicLong(plan.until().minus(plan.days(), ChronoUnit.DAYS).toEpochMilli());
    this.database = database;
    this.archive = new Archive(data.resolve("archive"), database);
    this.catalogue = new Catalogue(database);
    this.classifications = new ClassificationStore(database);
    this.groundTruths = new GroundTruthStore(database);
    this.alarms =
        new Alarms(
            database,
            new AlarmStore(database),
            AlarmConfig.DEFAULT,
            "fill",
            () -> Instant.ofEpochMilli(now.get()),
            alarm -> {},
            Optional.empty());
    InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    this.rules =
        new AlarmRules(
            database,
            alarms,
            new Holds(database, alarms, new SimpleMeterRegistry(), clock),
            AlarmConfig.DEFAULT,
            clock);
  }

  /**
   * Fills a folder.
   *
   * @param data a hub's data folder; made where needed
   * @param progress hears how many wafers are stored
   */
  public static void fill(Path data, FillPlan plan, IntConsumer progress) {
    try (Database database = Database.open(data)) {
      new FilledHub(plan, data, database).fill(progress);
    }
  }

  private void fill(IntConsumer progress) {
    FillLots lots = new FillLots(plan);
    int stored = 0;
    List<Wafer> batch = new ArrayList<>();
    List<Wafer> lot;
    int waiting = 0;
    do {
      lot = lots.next();
      batch.addAll(lot);
      waiting++;
      if (waiting == BATCH_LOTS || lot.isEmpty()) {
        store(batch);
        stored += batch.size();
        progress.accept(stored);
        batch.clear();
        waiting = 0;
      }
    } while (!lot.isEmpty());
    alarms.close();
    new Following(
            database,
            archive,
            List.of(new YieldFollower()),
            FOLLOWING,
            new SimpleMeterRegistry(),
            Clock.systemUTC())
        .catchUp();
  }

  private void store(List<Wafer> wafers) {
    // Files first, several at a time: each waits for the disk.
    List<Optional<ArchivedImage>> images = wafers.parallelStream().map(this::image).toList();
    database.change(
        handle -> {
          for (int i = 0; i < wafers.size(); i++) {
            Wafer wafer = wafers.get(i);
            now.set(received(wafer));
            catalogue.seen(handle, wafer.device(), now.get());
            images.get(i).ifPresent(image -> archive.enter(handle, image, true));
            Classification classification =
                Classification.of(message(wafer), images.get(i).isPresent(), now.get());
            classifications.store(handle, classification);
            rules.judge(handle, classification);
          }
        });
    wafers.forEach(this::label);
  }

  private Optional<ArchivedImage> image(Wafer wafer) {
    if (!wafer.hasImage()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          archive.keep(
              ImageMessage.of(
                  wafer.device(), wafer.imgid(), wafer.timestampMillis(), picture(wafer)),
              received(wafer)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] picture(Wafer wafer) {
    if (wafer.grid().isPresent()) {
      var product = List.of(wafer.grid().get().grid());
      return WaferImages.toPng(SyntheticWafers.of(wafer.seed(), product).next(wafer.patterns()));
    }
    List<byte[]> pictures = samples.getOrDefault(wafer.first(), List.of());
    return pictures.get((int) Math.floorMod(wafer.seed(), (long) pictures.size()));
  }

  private static PredictionMessage message(Wafer wafer) {
    ObjectNode more = JsonMapper.shared().createObjectNode();
    more.put("model", MODEL);
    more.put("lot", wafer.lot());
    more.put("wafer", wafer.imgid());
    more.put("slot", wafer.slot());
    more.put("product", wafer.product());
    more.put("notch", "bottom");
    List<String> patterns =
        wafer.predicted() == wafer.first()
            ? wafer.patterns().stream()
                .filter(pattern -> pattern != DefectPattern.NONE)
                .map(DefectPattern::label)
                .toList()
            : wafer.predicted() == DefectPattern.NONE
                ? List.of()
                : List.of(wafer.predicted().label());
    patterns.forEach(more.putArray("patterns")::add);
    more.put("novelty", wafer.novelty());
    more.put("decision", wafer.review() ? "review" : "accept");
    if (wafer.review()) {
      more.putArray("reasons").add("not sure enough: " + wafer.probability());
    }
    return new PredictionMessage(
        new Topic.Prediction(wafer.device(), wafer.imgid()),
        wafer.timestampMillis(),
        wafer.predicted().label(),
        wafer.probability(),
        more);
  }

  private void label(Wafer wafer) {
    wafer
        .reviewer()
        .ifPresent(
            reviewer ->
                groundTruths.add(
                    classifications.find(wafer.imgid(), wafer.timestampMillis()).orElseThrow(),
                    wafer.first().label(),
                    reviewer,
                    Optional.empty(),
                    wafer.timestampMillis() + UNTIL_REVIEWED.toMillis()));
  }

  private static long received(Wafer wafer) {
    return wafer.timestampMillis() + UNTIL_RECEIVED.toMillis();
  }

  private static Map<DefectPattern, List<byte[]>> readSamples() {
    Map<DefectPattern, List<byte[]>> samples = new EnumMap<>(DefectPattern.class);
    for (DefectPattern pattern : DefectPattern.values()) {
      Path folder = Program.home().resolve("samples").resolve(pattern.label());
      samples.put(pattern, Samples.pngs(folder).stream().map(FilledHub::read).toList());
    }
    return samples;
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
