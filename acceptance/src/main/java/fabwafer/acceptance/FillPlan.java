package fabwafer.acceptance;

import fabwafer.protocol.DeviceName;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.synthetic.Product;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a filled hub is to hold. The same plan makes the same wafers.
 *
 * @param wafers how many, in lots of {@link #LOT_WAFERS}
 * @param days over how many days, the last ending at {@code until}
 * @param until the end
 * @param seed of the random choices
 * @param imageShare share of the lots that come with images, in [0, 1]; the wafers of planted
 *     excursions always do
 */
public record FillPlan(int wafers, int days, Instant until, long seed, double imageShare) {
  /** Wafers of a lot, as a cassette holds them. */
  public static final int LOT_WAFERS = 25;

  /** The product of the lots that are made of the project's real samples, of several sizes. */
  public static final String SAMPLE_PRODUCT = "WM-811K";

  /** The cameras; the first ones of a fab see most. */
  static final List<DeviceName> CAMERAS =
      List.of(
          new DeviceName("faba", "camera1"),
          new DeviceName("faba", "camera2"),
          new DeviceName("faba", "camera3"),
          new DeviceName("fabb", "camera1"),
          new DeviceName("fabb", "camera2"),
          new DeviceName("fabc", "camera1"));

  /** A product's name and its grid. */
  record Made(String name, Product grid) {}

  static final List<Made> PRODUCTS =
      List.of(
          new Made("P-26", new Product(26, 26, 0.01, 0)),
          new Made("P-36", new Product(36, 40, 0.02, 0)),
          new Made("P-52", new Product(52, 52, 0.01, 0.04)),
          new Made("P-30", new Product(33, 29, 0, 0)));

  public FillPlan {
    if (wafers < LOT_WAFERS || days < 1 || !(imageShare >= 0 && imageShare <= 1)) {
      throw new IllegalArgumentException(
          "a fill needs %d wafers or more, a day or more and a share of images in [0, 1], got %d, %d, %s"
              .formatted(LOT_WAFERS, wafers, days, imageShare));
    }
  }

  /** A short one for tests: 2,000 wafers over 30 days. */
  public static FillPlan brief(Instant until) {
    return new FillPlan(2_000, 30, until, 1, 0.2);
  }

  /**
   * Something that went wrong for a while, and that the portal should show.
   *
   * @param device the camera that saw it; empty: all
   * @param product the product that had it; empty: all
   * @param share of the wafers that have it at its height, in [0, 1]
   * @param grows whether it grows from nothing, as a tool that wears does; else it is there at once
   */
  public record Excursion(
      Optional<DeviceName> device,
      Optional<String> product,
      DefectPattern pattern,
      Instant from,
      Instant to,
      double share,
      boolean grows) {
    /** The share of wafers that have it, in [0, 1]; 0 where it is not. */
    double shareOf(DeviceName camera, String productName, long millis) {
      boolean here =
          device.map(camera::equals).orElse(true)
              && product.map(productName::equals).orElse(true)
              && millis >= from.toEpochMilli()
              && millis < to.toEpochMilli();
      if (!here) {
        return 0;
      }
      double grown =
          (double) (millis - from.toEpochMilli()) / (to.toEpochMilli() - from.toEpochMilli());
      return grows ? share * grown : share;
    }

    /** For a person to read. */
    @Override
    public String toString() {
      return "%s on %s%s, %s to %s, %s %.0f %% of the wafers"
          .formatted(
              pattern.label(),
              device.map(DeviceName::toString).orElse("all cameras"),
              product.map(name -> " (product " + name + ")").orElse(""),
              from,
              to,
              grows ? "growing to" : "at",
              100 * share);
    }
  }

  /** The three that are planted: a scratching robot, a bad clean of one product, a slow drift. */
  public List<Excursion> excursions() {
    return List.of(
        new Excursion(
            Optional.of(new DeviceName("faba", "camera2")),
            Optional.empty(),
            DefectPattern.SCRATCH,
            at(0.35),
            at(0.35).plus(Duration.ofHours(36)),
            0.45,
            false),
        new Excursion(
            Optional.empty(),
            Optional.of("P-52"),
            DefectPattern.EDGE_RING,
            at(0.6),
            at(0.6).plus(Duration.ofDays(3)),
            0.5,
            false),
        new Excursion(
            Optional.of(new DeviceName("fabb", "camera1")),
            Optional.empty(),
            DefectPattern.CENTER,
            at(0.8),
            until,
            0.3,
            true));
  }

  /** The begin of the first day. */
  Instant start() {
    return until.minus(Duration.ofDays(days));
  }

  private Instant at(double share) {
    return start().plusMillis((long) (share * Duration.ofDays(days).toMillis()));
  }
}
