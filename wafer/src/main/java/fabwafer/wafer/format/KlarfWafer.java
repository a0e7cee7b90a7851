package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.format.DefectRule.Dies;
import fabwafer.wafer.record.Defect;
import fabwafer.wafer.record.DieState;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.WaferRecord;
import fabwafer.wafer.record.WaferRecordBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a KLARF file says of a wafer, until it is all known; then the wafer map. x counts to the
 * right and y upwards. Lengths are microns.
 */
final class KlarfWafer {
  /** Most dies of a test plan. */
  static final int MAX_PLAN = WaferRecordBuilder.MAX_CELLS;

  /** The field by which we hand a wafer's defect pattern to a host. */
  static final String PATTERN_FIELD = "DEFECTPATTERN";

  private static final int MAX_CLASSES = 100_000;

  private final List<Defect> defects = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private String id = "";
  private int slot;
  private String time = "";
  private String pattern = "";
  private int[] plan = new int[64];
  private int planned;
  private double centreX = Double.NaN;
  private double centreY = Double.NaN;
  private double originX;
  private double originY;

  /** What holds for all wafers of a lot. */
  static final class Lot {
    private final Map<Integer, String> classes = new TreeMap<>();
    private final Map<String, String> facts = new TreeMap<>();
    private String version = "";
    private String id = "";
    private String product = "";
    private String step = "";
    private String time = "";
    private String mark = "";
    private double pitchX = Double.NaN;
    private double pitchY = Double.NaN;
    private double diameter = Double.NaN;
    private boolean mirrored;
    private boolean back;

    void version(String value) {
      version = value;
    }

    void id(String value) {
      id = value;
    }

    void time(String value) {
      time = value;
    }

    void pitch(double x, double y) {
      pitchX = x;
      pitchY = y;
    }

    void defectClass(int number, String name) {
      if (classes.size() < MAX_CLASSES) {
        classes.put(number, name);
      }
    }

    void diameterMicrons(double value) {
      diameter = value;
    }

    /** Takes a statement or field with text values; true if it was one for the lot. */
    boolean take(String keyword, List<String> values) {
      String value = String.join(" ", values).strip();
      switch (keyword) {
        case "DEVICEID" -> product = value;
        case "STEPID" -> step = value;
        case "ORIENTATIONMARKLOCATION", "SAMPLEORIENTATIONMARKLOCATION" -> mark = value;
        case "COORDINATESMIRRORED" -> mirrored = value.toUpperCase(Locale.ROOT).startsWith("Y");
        case "ORIENTATIONINSTRUCTIONS", "ORIENTATIONINSTRUCTION" ->
            back = value.toUpperCase(Locale.ROOT).startsWith("BACK");
        case "INSPECTIONSTATIONID" -> facts.put("inspection station", value);
        case "SETUPID", "RECIPEID" -> facts.put("recipe", value);
        case "SAMPLEORIENTATIONMARKTYPE" -> facts.put("mark type", value);
        case "INSPECTIONORIENTATION" -> facts.put("inspection orientation", value);
        default -> {
          return false;
        }
      }
      return true;
    }
  }

  void id(String value) {
    id = value;
  }

  void slot(int value) {
    slot = value;
  }

  void time(String value) {
    time = value;
  }

  void pattern(String value) {
    pattern = value;
  }

  void centre(double x, double y) {
    centreX = x;
    centreY = y;
  }

  void origin(double x, double y) {
    originX = x;
    originY = y;
  }

  void warn(String warning) {
    if (!warnings.contains(warning)) {
      warnings.add(warning);
    }
  }

  void plan(int x, int y) {
    if (planned == MAX_PLAN) {
      throw new WaferException("a test plan may have at most %,d dies".formatted(MAX_PLAN));
    }
    if (plan.length < 2 * planned + 2) {
      plan = Arrays.copyOf(plan, 2 * plan.length);
    }
    plan[2 * planned] = x;
    plan[2 * planned + 1] = y;
    planned++;
  }

  /** The plan of the wafer before, where this one has none of its own. */
  void planOf(KlarfWafer other) {
    plan = other.plan.clone();
    planned = other.planned;
  }

  void defect(Defect defect) {
    if (defects.size() == WaferRecordBuilder.MAX_DEFECTS) {
      throw new WaferException(
          "a wafer may have at most %,d defects".formatted(WaferRecordBuilder.MAX_DEFECTS));
    }
    defects.add(defect);
  }

  boolean isEmpty() {
    return defects.isEmpty() && planned == 0;
  }

  /**
   * The record.
   *
   * @throws WaferException if it has no die
   */
  WaferRecord record(Lot lot, Input input) {
    DefectRule rule = input.options().defects();
    WaferRecordBuilder wafer = input.newWafer(("KLARF " + lot.version).strip());
    wafer.lot(lot.id).wafer(id).slot(slot).product(lot.product).step(lot.step);
    wafer.time(time.isEmpty() ? lot.time : time);
    wafer.axes(false, true);
    wafer.fromBack(lot.mirrored != lot.back);
    wafer.notch(input.options().notch().orElse(Notches.of(lot.mark, NotchSide.DOWN)));
    wafer.diePitchMicrons(lot.pitchX, lot.pitchY);
    wafer.waferDiameterMillimetres(lot.diameter / 1_000);
    lot.facts.forEach(wafer::fact);
    lot.classes.forEach(wafer::defectClass);
    warnings.forEach(wafer::warn);
    wafer.fact(WaferRecord.PATTERN, pattern);
    wafer.fact("dies planned", String.valueOf(planned));
    wafer.fact("defects", String.valueOf(defects.size()));
    placePlan(wafer);
    int outside = outside(wafer);
    boolean whole =
        rule.dies() == Dies.GEOMETRY
            || (rule.dies() == Dies.AUTOMATIC && (planned == 0 || outside > 0));
    if (whole) {
      placeWhole(wafer, lot, outside, input.options().maxPositions());
    }
    placeDefects(wafer, rule, outside(wafer));
    return wafer.build();
  }

  private void placePlan(WaferRecordBuilder wafer) {
    for (int i = 0; i < planned; i++) {
      if (wafer.state(plan[2 * i], plan[2 * i + 1]) == DieState.ABSENT) {
        wafer.die(plan[2 * i], plan[2 * i + 1], DieState.PASS, WaferRecord.NO_BIN);
      }
    }
  }

  private int outside(WaferRecordBuilder wafer) {
    int outside = 0;
    for (Defect defect : defects) {
      outside += wafer.state(defect.x(), defect.y()) == DieState.ABSENT ? 1 : 0;
    }
    return outside;
  }

  /**
   * All dies that lie wholly on the wafer; (originX, originY) is the lower left corner of (0, 0).
   */
  private void placeWhole(WaferRecordBuilder wafer, Lot lot, int outside, int maxPositions) {
    double radius = lot.diameter / 2;
    double columns = lot.diameter / lot.pitchX;
    double rows = lot.diameter / lot.pitchY;
    boolean known =
        lot.pitchX > 0
            && lot.pitchY > 0
            && radius > 0
            && Double.isFinite(centreX)
            && Double.isFinite(centreY);
    if (!known || columns * rows > maxPositions) {
      wafer.warn(
          "die pitch, centre and diameter do not give the wafer's dies; only named dies are known");
      return;
    }
    wafer.warn(
        planned == 0
            ? "there is no test plan; the wafer's dies are taken from die pitch, centre and"
                + " diameter"
            : "the test plan of %,d dies leaves out the dies of %,d defects; the wafer's dies are taken from die pitch, centre and diameter"
                .formatted(planned, outside));
    int fromX = (int) Math.floor((centreX - radius - originX) / lot.pitchX);
    int fromY = (int) Math.floor((centreY - radius - originY) / lot.pitchY);
    for (int y = fromY; y <= fromY + (int) rows + 1; y++) {
      for (int x = fromX; x <= fromX + (int) columns + 1; x++) {
        if (isWhole(x, y, lot, radius) && wafer.state(x, y) == DieState.ABSENT) {
          wafer.die(x, y, DieState.PASS, WaferRecord.NO_BIN);
        }
      }
    }
  }

  private boolean isWhole(int x, int y, Lot lot, double radius) {
    double left = originX + x * lot.pitchX - centreX;
    double lower = originY + y * lot.pitchY - centreY;
    double farX = Math.max(Math.abs(left), Math.abs(left + lot.pitchX));
    double farY = Math.max(Math.abs(lower), Math.abs(lower + lot.pitchY));
    return Math.hypot(farX, farY) <= radius;
  }

  private void placeDefects(WaferRecordBuilder wafer, DefectRule rule, int outside) {
    if (outside > 0) {
      wafer.warn(
          "%,d defects lie on dies that are not among the wafer's; their dies are added"
              .formatted(outside));
    }
    int ignored = 0;
    for (Defect defect : defects) {
      wafer.defect(defect);
      boolean counts = rule.counts(defect.sizeMicrons(), defect.classNumber());
      ignored += counts ? 0 : 1;
      DieState before = wafer.state(defect.x(), defect.y());
      DieState after = counts ? DieState.FAIL : DieState.PASS;
      if (before == DieState.ABSENT || (counts && before == DieState.PASS)) {
        wafer.result(defect.x(), defect.y(), after);
      }
    }
    if (ignored > 0) {
      wafer.warn(
          "%,d of %,d defects do not count by size or class".formatted(ignored, defects.size()));
    }
  }
}
