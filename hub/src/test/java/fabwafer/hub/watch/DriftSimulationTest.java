package fabwafer.hub.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * How often nothing is taken for drift, and drift for nothing. The shares that are printed stand in
 * docs/decisions/watch.md.
 */
class DriftSimulationTest {
  private static final int CAMERAS = 200;
  private static final int WINDOWS = 5;
  private static final double ALPHA = 0.01;
  private static final WatchConfig CONFIG = WatchConfig.DEFAULT;
  private static final List<String> LABELS =
      List.of("none", "Loc", "Edge-Loc", "Center", "Scratch", "Donut");
  private static final double[] SHARES = {0.8, 0.07, 0.05, 0.04, 0.03, 0.01};

  /** Wafers of one camera: failing shares, alike within lots of 25. */
  private static final class Camera {
    private final Random random;
    private final double ofLot;
    private double shift;
    private double lot;
    private int inLot;

    /**
     * @param ofLot share of the variance that is the lot's, in [0, 1)
     */
    Camera(long seed, double ofLot) {
      this.random = new Random(seed);
      this.ofLot = ofLot;
    }

    double failing() {
      if (inLot == 0) {
        lot = random.nextGaussian();
        inLot = Sample.BLOCK;
      }
      inLot--;
      double spread = Math.sqrt(ofLot) * lot + Math.sqrt(1 - ofLot) * random.nextGaussian() + shift;
      return Math.clamp(0.1 * Math.exp(0.4 * spread), 0, 1);
    }

    int label() {
      double drawn = random.nextDouble();
      int label = 0;
      while (label < SHARES.length - 1 && drawn >= SHARES[label]) {
        drawn -= SHARES[label];
        label++;
      }
      return label;
    }
  }

  /** Share of the windows of cameras on which nothing changes that are taken for drift. */
  private static double falseAlarms(Measure measure, double ofLot) {
    int judged = 0;
    int drifting = 0;
    for (int i = 0; i < CAMERAS; i++) {
      Camera camera = new Camera(i, ofLot);
      // Lots begin anywhere in a block.
      for (int skipped = 0; skipped < i % Sample.BLOCK; skipped++) {
        camera.failing();
      }
      Comparison comparison = new Comparison(measure);
      for (int n = 0; n < CONFIG.reference() + WINDOWS * CONFIG.window(); n++) {
        if (add(comparison, camera)) {
          judged++;
          drifting += comparison.drifting() ? 1 : 0;
        }
      }
    }
    double share = (double) drifting / judged;
    System.Logger log = System.getLogger(DriftSimulationTest.class.getName());
    log.log(
        System.Logger.Level.INFO,
        "{0}, share of the lot {1}: {2} of {3} windows",
        measure.word(),
        ofLot,
        drifting,
        judged);
    assertThat(judged).isEqualTo(CAMERAS * WINDOWS);
    return share;
  }

  private static boolean add(Comparison comparison, Camera camera) {
    if (comparison.measure().isOutput()) {
      int label = camera.label();
      return comparison.add(LABELS.get(label), label == 0 ? 0 : 1, 1, CONFIG, ALPHA);
    }
    double failing = camera.failing();
    return comparison.add(Measure.part(failing), failing, 1, CONFIG, ALPHA);
  }

  @Test
  void whereNothingChanges_noMoreIsTakenForDriftThanIsAllowed() {
    assertThat(falseAlarms(Measure.FAILING_SHARE, 0)).isLessThanOrEqualTo(1.5 * ALPHA);
    assertThat(falseAlarms(Measure.LABELS, 0)).isLessThanOrEqualTo(1.5 * ALPHA);
  }

  @Test
  void wafersOfALotAreAlike_andStillNoMoreIsTakenForDrift() {
    assertThat(falseAlarms(Measure.FAILING_SHARE, 0.3)).isLessThanOrEqualTo(2 * ALPHA);
    assertThat(falseAlarms(Measure.FAILING_SHARE, 0.6)).isLessThanOrEqualTo(2.5 * ALPHA);
  }

  @Test
  void whatChanges_isFoundInTheFirstWindow() {
    int found = 0;
    for (int i = 0; i < CAMERAS; i++) {
      Camera camera = new Camera(i, 0);
      Comparison comparison = new Comparison(Measure.FAILING_SHARE);
      boolean judged = false;
      while (!judged) {
        camera.shift = comparison.reference().wafers() < CONFIG.reference() ? 0 : 1;
        judged = add(comparison, camera);
      }
      found += comparison.drifting() ? 1 : 0;
    }
    assertThat(found).isEqualTo(CAMERAS);
  }

  @Test
  void setsThatCoverAsStated_slipRarely_andThoseThatDoNot_slipSoon() {
    Random random = new Random(1);
    int reviews = 1_000;
    int labels = 300;
    int slipped = 0;
    long untilFound = 0;
    for (int i = 0; i < labels; i++) {
      slipped += firstSlip(random, 0.95, reviews) < reviews ? 1 : 0;
      untilFound += firstSlip(random, 0.75, reviews);
    }
    System.getLogger(DriftSimulationTest.class.getName())
        .log(
            System.Logger.Level.INFO,
            "coverage: {0} of {1} labels slip within {2} reviews; one at 0.75 after {3}",
            slipped,
            labels,
            reviews,
            untilFound / labels);
    assertThat((double) slipped / labels).isLessThan(0.05);
    assertThat(untilFound / labels).isLessThan(60);
  }

  /** After how many reviews a label slips, of which the stated share is 0.95. */
  private static int firstSlip(Random random, double share, int reviews) {
    boolean[] window = new boolean[CoverageWatch.WINDOW];
    int covered = 0;
    for (int i = 0; i < reviews; i++) {
      int place = i % window.length;
      covered -= window[place] ? 1 : 0;
      window[place] = random.nextDouble() < share;
      covered += window[place] ? 1 : 0;
      int seen = Math.min(i + 1, window.length);
      if (Coverage.slips(covered, seen, 0.95, CoverageWatch.ALPHA, false)) {
        return i;
      }
    }
    return reviews;
  }
}
