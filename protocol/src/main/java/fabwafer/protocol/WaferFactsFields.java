package fabwafer.protocol;

import fabwafer.protocol.WaferFacts.Dies;
import fabwafer.protocol.WaferFacts.Grid;
import fabwafer.protocol.WaferFacts.Source;
import fabwafer.wafer.record.Bin;
import fabwafer.wafer.record.NotchSide;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@link WaferFacts} as the JSON fields of a message. Reading is lenient, a field at a time, as
 * {@link AssessmentFields} is: what is of another form or past a limit is as if it were not there.
 */
public final class WaferFactsFields {
  private static final String LOT = "lot";
  private static final String WAFER = "wafer";
  private static final String SLOT = "slot";
  private static final String PRODUCT = "product";
  private static final String STEP = "step";
  private static final String MEASURED = "measured";
  private static final String NOTCH = "notch";
  private static final String SOURCE = "source";
  private static final String DIES = "dies";
  private static final String BINS = "bins";
  private static final String BIN_MAP = "binMap";

  /** The names of the fields. */
  public static final Set<String> NAMES =
      Set.of(LOT, WAFER, SLOT, PRODUCT, STEP, MEASURED, NOTCH, SOURCE, DIES, BINS, BIN_MAP);

  private static final int MAX_SLOT = 1_000;
  private static final int MAX_COORDINATE = 10_000_000;
  private static final int MAX_DIES = 100_000_000;
  private static final int MAX_BIN = 0xffff;

  private WaferFactsFields() {}

  /** Writes what is known; what is not becomes no field. */
  public static void write(WaferFacts facts, ObjectNode fields) {
    put(fields, LOT, facts.lot());
    put(fields, WAFER, facts.wafer());
    if (facts.slot() > 0) {
      fields.put(SLOT, facts.slot());
    }
    put(fields, PRODUCT, facts.product());
    put(fields, STEP, facts.step());
    put(fields, MEASURED, facts.measured());
    put(fields, NOTCH, word(facts.notch()));
    facts.source().ifPresent(source -> write(source, fields.putObject(SOURCE)));
    facts
        .dies()
        .ifPresent(
            dies ->
                fields
                    .putObject(DIES)
                    .put("pass", dies.pass())
                    .put("fail", dies.fail())
                    .put("skipped", dies.skipped())
                    .put("edge", dies.edge())
                    .put("reference", dies.reference())
                    .put("retested", dies.retested()));
    if (!facts.bins().isEmpty()) {
      ArrayNode bins = fields.putArray(BINS);
      for (Bin bin : facts.bins()) {
        ObjectNode json = bins.addObject().put("number", bin.number());
        put(json, "code", bin.code().equals(String.valueOf(bin.number())) ? "" : bin.code());
        if (bin.quality() != Bin.Quality.UNSTATED) {
          json.put("quality", bin.quality().name().toLowerCase(Locale.ROOT));
        }
        put(json, "name", bin.name());
        json.put("dies", bin.dies());
      }
    }
    put(fields, BIN_MAP, facts.binMap());
  }

  private static void write(Source source, ObjectNode json) {
    put(json, "file", source.file());
    put(json, "format", source.format());
    put(json, NOTCH, word(source.notch()));
    source
        .grid()
        .ifPresent(
            grid ->
                json.putObject("grid")
                    .put("leftX", grid.leftX())
                    .put("xStep", grid.xStep())
                    .put("topY", grid.topY())
                    .put("yStep", grid.yStep())
                    .put("fromBack", grid.fromBack()));
    source.diePitchXMicrons().ifPresent(pitch -> json.put("diePitchXMicrons", pitch));
    source.diePitchYMicrons().ifPresent(pitch -> json.put("diePitchYMicrons", pitch));
    source
        .waferDiameterMillimetres()
        .ifPresent(diameter -> json.put("waferDiameterMillimetres", diameter));
    if (!source.warnings().isEmpty()) {
      source.warnings().forEach(json.putArray("warnings")::add);
    }
  }

  private static void put(ObjectNode json, String name, String text) {
    if (!text.isEmpty()) {
      json.put(name, text);
    }
  }

  /** A side as messages have always spelt it: {@code bottom}; empty where it is unknown. */
  public static String word(NotchSide side) {
    return switch (side) {
      case UP -> "top";
      case RIGHT -> "right";
      case DOWN -> "bottom";
      case LEFT -> "left";
      case UNKNOWN -> "";
    };
  }

  /** The side that a word of a message means; unknown where it is none. */
  public static NotchSide side(String word) {
    return switch (word) {
      case "top" -> NotchSide.UP;
      case "right" -> NotchSide.RIGHT;
      case "bottom" -> NotchSide.DOWN;
      case "left" -> NotchSide.LEFT;
      default -> NotchSide.UNKNOWN;
    };
  }

  /**
   * What of an object's fields can be read.
   *
   * @param fields not modified; those of other names are passed over
   */
  public static WaferFacts read(ObjectNode fields) {
    return new WaferFacts(
        text(fields, LOT),
        text(fields, WAFER),
        number(fields, SLOT, 1, MAX_SLOT).orElse(0),
        text(fields, PRODUCT),
        text(fields, STEP),
        text(fields, MEASURED),
        side(text(fields, NOTCH)),
        fields.get(SOURCE) instanceof ObjectNode source
            ? Optional.of(source(source))
            : Optional.empty(),
        fields.get(DIES) instanceof ObjectNode dies ? dies(dies) : Optional.empty(),
        bins(fields.get(BINS)),
        binMap(fields.get(BIN_MAP)));
  }

  private static Source source(ObjectNode json) {
    List<String> warnings = new ArrayList<>();
    if (json.get("warnings") instanceof ArrayNode array) {
      for (JsonNode warning : array) {
        if (warnings.size() < WaferFacts.MAX_WARNINGS && isText(warning)) {
          warnings.add(warning.stringValue());
        }
      }
    }
    return new Source(
        text(json, "file"),
        text(json, "format"),
        side(text(json, NOTCH)),
        json.get("grid") instanceof ObjectNode grid ? grid(grid) : Optional.empty(),
        positive(json, "diePitchXMicrons"),
        positive(json, "diePitchYMicrons"),
        positive(json, "waferDiameterMillimetres"),
        warnings);
  }

  private static Optional<Grid> grid(ObjectNode json) {
    Optional<Integer> leftX = number(json, "leftX", -MAX_COORDINATE, MAX_COORDINATE);
    Optional<Integer> xStep = number(json, "xStep", -1, 1).filter(step -> step != 0);
    Optional<Integer> topY = number(json, "topY", -MAX_COORDINATE, MAX_COORDINATE);
    Optional<Integer> yStep = number(json, "yStep", -1, 1).filter(step -> step != 0);
    if (leftX.isEmpty() || xStep.isEmpty() || topY.isEmpty() || yStep.isEmpty()) {
      return Optional.empty();
    }
    JsonNode fromBack = json.get("fromBack");
    return Optional.of(
        new Grid(
            leftX.get(),
            xStep.get(),
            topY.get(),
            yStep.get(),
            fromBack != null && fromBack.isBoolean() && fromBack.booleanValue()));
  }

  private static Optional<Dies> dies(ObjectNode json) {
    Optional<Integer> pass = count(json, "pass");
    Optional<Integer> fail = count(json, "fail");
    if (pass.isEmpty() || fail.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Dies(
            pass.get(),
            fail.get(),
            count(json, "skipped").orElse(0),
            count(json, "edge").orElse(0),
            count(json, "reference").orElse(0),
            count(json, "retested").orElse(0)));
  }

  private static List<Bin> bins(@Nullable JsonNode node) {
    List<Bin> bins = new ArrayList<>();
    if (node instanceof ArrayNode array && array.size() <= WaferFacts.MAX_BINS) {
      for (JsonNode element : array) {
        if (element instanceof ObjectNode json) {
          Optional<Integer> number = number(json, "number", 0, MAX_BIN);
          Optional<Integer> dies = count(json, "dies");
          if (number.isPresent() && dies.isPresent()) {
            String code = text(json, "code");
            bins.add(
                new Bin(
                    number.get(),
                    code.isEmpty() ? String.valueOf(number.get()) : code,
                    quality(text(json, "quality")),
                    text(json, "name"),
                    dies.get()));
          }
        }
      }
    }
    return bins;
  }

  private static Bin.Quality quality(String word) {
    return switch (word) {
      case "pass" -> Bin.Quality.PASS;
      case "fail" -> Bin.Quality.FAIL;
      default -> Bin.Quality.UNSTATED;
    };
  }

  private static String binMap(@Nullable JsonNode node) {
    return node != null && node.isString() && node.stringValue().length() <= BinMap.MAX_CHARS
        ? node.stringValue()
        : "";
  }

  private static String text(ObjectNode json, String name) {
    JsonNode node = json.get(name);
    return node != null && isText(node) ? node.stringValue().strip() : "";
  }

  private static boolean isText(JsonNode node) {
    return node.isString()
        && node.stringValue().length() <= WaferFacts.MAX_TEXT_CHARS
        && Labels.isPrintable(node.stringValue());
  }

  private static Optional<Integer> count(ObjectNode json, String name) {
    return number(json, name, 0, MAX_DIES);
  }

  private static Optional<Integer> number(ObjectNode json, String name, int least, int most) {
    JsonNode node = json.get(name);
    if (node == null || !node.isNumber()) {
      return Optional.empty();
    }
    double value = node.asDouble(Double.NaN);
    return value >= least && value <= most && Math.rint(value) == value
        ? Optional.of((int) value)
        : Optional.empty();
  }

  private static OptionalDouble positive(ObjectNode json, String name) {
    JsonNode node = json.get(name);
    double value = node != null && node.isNumber() ? node.asDouble(Double.NaN) : Double.NaN;
    return value > 0 && Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
