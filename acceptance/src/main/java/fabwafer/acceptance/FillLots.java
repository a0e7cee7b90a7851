package fabwafer.acceptance;

import fabwafer.acceptance.FillPlan.Excursion;
import fabwafer.acceptance.FillPlan.Made;
import fabwafer.protocol.DeviceName;
import fabwafer.wafer.DefectPattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** Thinks up lot after lot of a plan, in the order of time. */
final class FillLots {
  /** Share of the wafers with a pattern; of WM-811K's labelled wafers 15 % have one. */
  private static final double DEFECT_SHARE = 0.13;

  private static final double LOT_SPREAD = 0.5;
  private static final double SECOND_PATTERN_SHARE = 0.04;
  private static final double MODEL_ERROR = 0.03;
  private static final double UNSURE_BELOW = 0.8;

  /** Below what the hub calls new: these are all of known patterns. */
  private static final double MOST_NOVEL = 0.98;

  private static final double REVIEWED_SHARE = 0.02;
  private static final int SAMPLE_LOT_EVERY = 8;
  private static final Duration BETWEEN_WAFERS = Duration.ofSeconds(72);

  private static final List<DefectPattern> PATTERNS = List.of(DefectPattern.values());

  /** Patterns by how often WM-811K has them, in label-id order without none. */
  private static final double[] PATTERN_WEIGHTS = {
    0.168, 0.022, 0.203, 0.379, 0.141, 0.006, 0.034, 0.047
  };

  private static final double[] CAMERA_WEIGHTS = {0.26, 0.2, 0.12, 0.2, 0.12, 0.1};

  private final FillPlan plan;
  private final List<Excursion> excursions;
  private final SplittableRandom random;
  private final int lots;
  private int lot;
  private int wafersLeft;

  FillLots(FillPlan plan) {
    this.plan = plan;
    this.excursions = plan.excursions();
    this.random = new SplittableRandom(plan.seed());
    this.lots = Math.ceilDiv(plan.wafers(), FillPlan.LOT_WAFERS);
    this.wafersLeft = plan.wafers();
  }

  /**
   * A wafer as it is to be stored.
   *
   * @param seed of its synthetic wafer map
   * @param grid its product's; empty: one of the samples
   * @param patterns what is on it
   * @param predicted what the model says
   * @param reviewer who labelled it with what is on it
   */
  record Wafer(
      DeviceName device,
      String lot,
      int slot,
      String product,
      long timestampMillis,
      long seed,
      Optional<Made> grid,
      Set<DefectPattern> patterns,
      DefectPattern predicted,
      double probability,
      boolean review,
      double novelty,
      boolean hasImage,
      Optional<String> reviewer) {
    String imgid() {
      return "%s-%02d".formatted(lot, slot);
    }

    /** The pattern that counts most. */
    DefectPattern first() {
      return patterns.iterator().next();
    }
  }

  /** The next lot's wafers; none after the last. */
  List<Wafer> next() {
    if (lot == lots) {
      return List.of();
    }
    long span = Duration.ofDays(plan.days()).toMillis() - lotTime().toMillis();
    long begin = plan.start().toEpochMilli() + (long) (span * (lot + random.nextDouble()) / lots);
    DeviceName camera = FillPlan.CAMERAS.get(weighted(CAMERA_WEIGHTS));
    boolean ofSamples = lot % SAMPLE_LOT_EVERY == SAMPLE_LOT_EVERY - 1;
    Made made = FillPlan.PRODUCTS.get(random.nextInt(FillPlan.PRODUCTS.size()));
    Optional<Made> grid = ofSamples ? Optional.empty() : Optional.of(made);
    boolean images = random.nextDouble() < plan.imageShare();
    double defectShare = DEFECT_SHARE * Math.exp(LOT_SPREAD * random.nextGaussian());
    String name =
        "%s%05d".formatted(camera.fab().substring(3).toUpperCase(java.util.Locale.ROOT), lot);
    List<Wafer> wafers = new ArrayList<>();
    int size = Math.min(FillPlan.LOT_WAFERS, wafersLeft);
    for (int slot = 1; slot <= size; slot++) {
      long time = begin + slot * BETWEEN_WAFERS.toMillis();
      wafers.add(wafer(camera, name, slot, grid, time, Math.min(0.6, defectShare), images));
    }
    wafersLeft -= size;
    lot++;
    return wafers;
  }

  private Wafer wafer(
      DeviceName camera,
      String lotName,
      int slot,
      Optional<Made> grid,
      long time,
      double defectShare,
      boolean images) {
    String product = grid.map(Made::name).orElse(FillPlan.SAMPLE_PRODUCT);
    Optional<DefectPattern> excursion =
        excursions.stream()
            .filter(one -> random.nextDouble() < one.shareOf(camera, product, time))
            .map(Excursion::pattern)
            .findFirst();
    EnumSet<DefectPattern> patterns =
        excursion.isPresent()
            ? EnumSet.of(excursion.get())
            : random.nextDouble() < defectShare ? somePatterns() : EnumSet.of(DefectPattern.NONE);
    // Of several patterns a sample shows one.
    if (grid.isEmpty()) {
      patterns = EnumSet.of(patterns.iterator().next());
    }
    boolean right = random.nextDouble() >= MODEL_ERROR;
    DefectPattern truth = patterns.iterator().next();
    DefectPattern predicted = right ? truth : PATTERNS.get(random.nextInt(PATTERNS.size()));
    double doubt = Math.abs(random.nextGaussian());
    double probability =
        right ? Math.max(0.5, 0.995 - 0.07 * doubt) : 0.75 - 0.3 * random.nextDouble();
    return new Wafer(
        camera,
        lotName,
        slot,
        product,
        time,
        random.nextLong(),
        grid,
        patterns,
        predicted,
        Math.round(probability * 10_000) / 10_000.0,
        probability < UNSURE_BELOW,
        Math.round(random.nextDouble() * MOST_NOVEL * 1_000) / 1_000.0,
        images || excursion.isPresent(),
        random.nextDouble() < REVIEWED_SHARE
            ? Optional.of(random.nextBoolean() ? "ana" : "ben")
            : Optional.empty());
  }

  private EnumSet<DefectPattern> somePatterns() {
    EnumSet<DefectPattern> patterns = EnumSet.of(somePattern());
    if (random.nextDouble() < SECOND_PATTERN_SHARE) {
      patterns.add(somePattern());
    }
    return patterns;
  }

  private DefectPattern somePattern() {
    return PATTERNS.get(weighted(PATTERN_WEIGHTS));
  }

  private int weighted(double[] weights) {
    double left = random.nextDouble();
    for (int i = 0; i < weights.length; i++) {
      left -= weights[i];
      if (left < 0) {
        return i;
      }
    }
    return weights.length - 1;
  }

  private static Duration lotTime() {
    return BETWEEN_WAFERS.multipliedBy(FillPlan.LOT_WAFERS + 1);
  }
}
