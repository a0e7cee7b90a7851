package fabwafer.hub.image;

import fabwafer.hub.groundtruth.GroundTruth;
import fabwafer.hub.image.Evidence.LotWafer;
import fabwafer.hub.image.Evidence.Shown;
import fabwafer.hub.image.Explanations.Explained;
import fabwafer.hub.web.Json;
import fabwafer.protocol.Assessment;
import fabwafer.protocol.WaferFacts;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.drawing.WaferDrawing;
import fabwafer.wafer.zone.ZoneYield;
import fabwafer.wafer.zone.ZoneYields;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Lays evidence out on one page. */
final class EvidenceCard {
  private static final double LEFT = 40;
  private static final double RIGHT = 555;
  private static final double MIDDLE = 305;
  private static final double PICTURE = 235;
  private static final double SMALL = 8;
  private static final double LINE = 11;

  /** Length of a picture's longer side, where whole pixels a die allow it. */
  private static final int PICTURE_PIXELS = 600;

  private static final int MAX_LABELS = 8;
  private static final int MAX_PROBABILITIES = 12;
  private static final int MAX_MISSING = 4;

  private static final List<String> LABELS =
      Stream.of(DefectPattern.values()).map(DefectPattern::label).toList();

  private final Evidence evidence;
  private final CardPage page;

  private EvidenceCard(Evidence evidence, CardPage page) {
    this.evidence = evidence;
    this.page = page;
  }

  /** The page as a PDF file; the same bytes for the same evidence. */
  static byte[] pdf(Evidence evidence) throws IOException {
    try (CardPage page = CardPage.open("Evidence of " + evidence.wafer().imgid())) {
      new EvidenceCard(evidence, page).layOut();
      return page.finish();
    }
  }

  private void layOut() throws IOException {
    head();
    double top = 118;
    pictures(top);
    double below = top + PICTURE + 22;
    double left = verdict(below);
    double right = zones(below);
    double next = Math.max(left, right) + 10;
    next = labels(next);
    next = lot(next);
    missing(next);
    foot();
  }

  private void head() throws IOException {
    WaferFacts facts = evidence.wafer().facts();
    page.bold(LEFT, 50, 17, "Evidence card", RIGHT);
    page.bold(LEFT, 72, 12, evidence.wafer().imgid(), RIGHT);
    List<String> where = new ArrayList<>();
    where.add(evidence.wafer().device().fab() + " / " + evidence.wafer().device().camera());
    add(where, "lot", facts.lot());
    add(where, "wafer", facts.wafer());
    add(where, "slot", facts.slot() > 0 ? String.valueOf(facts.slot()) : "");
    add(where, "product", facts.product());
    add(where, "step", facts.step());
    page.text(LEFT, 87, 9, String.join("  ·  ", where), RIGHT);
    page.faint(
        LEFT,
        100,
        9,
        "classified %s  ·  stored %s"
            .formatted(
                utc(evidence.wafer().timestampMillis()), utc(evidence.wafer().receivedMillis())),
        RIGHT);
    page.rule(LEFT, RIGHT, 108);
  }

  private static void add(List<String> where, String name, String value) {
    if (!value.isEmpty()) {
      where.add(name + " " + value);
    }
  }

  private void pictures(double top) throws IOException {
    Optional<WaferMap> map = evidence.shown().flatMap(Shown::map);
    if (map.isEmpty()) {
      page.faint(LEFT, top + 20, 9, "There is no wafer map.", MIDDLE);
      return;
    }
    WaferMap wafer = map.get();
    int wished = Math.max(1, PICTURE_PIXELS / Math.max(wafer.height(), wafer.width()));
    int dieSide = WaferDrawing.dieSide(wafer, wished);
    page.picture(WaferDrawing.toPng(wafer, dieSide), LEFT, top, PICTURE, PICTURE);
    page.text(
        LEFT,
        top + PICTURE + 10,
        SMALL,
        "%d x %d  ·  %,d dies, %,d failing  ·  yield %s"
            .formatted(
                wafer.width(),
                wafer.height(),
                wafer.dies(),
                wafer.failingDies(),
                percent(wafer.yieldRatio())),
        MIDDLE - 10);
    Optional<Evidence.Explanation> why = evidence.shown().flatMap(Shown::explanation);
    if (why.isPresent()) {
      Explained explained = why.get().explained();
      page.picture(
          WaferDrawing.toPng(wafer, explained.explanation().values(), dieSide),
          MIDDLE,
          top,
          PICTURE,
          PICTURE);
      page.text(
          MIDDLE,
          top + PICTURE + 10,
          SMALL,
          "Why %s: amber to red for, blue against; model %s"
              .formatted(explained.explanation().label(), shortId(why.get().model())),
          RIGHT);
    } else {
      page.faint(MIDDLE, top + 20, 9, "There is no explanation.", RIGHT);
    }
  }

  private double verdict(double top) throws IOException {
    Assessment says = evidence.wafer().assessment();
    double y = title(LEFT, top, "Verdict");
    page.bold(LEFT, y + 2, 12, evidence.wafer().prediction(), 200);
    page.bold(200, y + 2, 12, percent(evidence.wafer().probability()), MIDDLE - 10);
    y += LINE + 4;
    List<String> words = new ArrayList<>();
    says.decision()
        .ifPresent(
            decision ->
                words.add(
                    decision == Assessment.Decision.ACCEPT
                        ? "accepted by the model"
                        : "a person should look: " + String.join("; ", says.reasons())));
    says.patterns()
        .ifPresent(
            found ->
                words.add("patterns: " + (found.isEmpty() ? "none" : String.join(", ", found))));
    says.conformalSet()
        .ifPresent(
            set ->
                words.add(
                    "classes that fit: "
                        + (set.isEmpty() ? "none known" : String.join(", ", set))));
    says.novelty()
        .ifPresent(rank -> words.add("more novel than " + percent(rank) + " of known wafers"));
    words.add("model " + modelOfWafer());
    for (String line : words) {
      page.text(LEFT, y, SMALL, line, MIDDLE - 10);
      y += LINE;
    }
    for (Map.Entry<String, Double> one : probabilities().entrySet()) {
      page.text(LEFT, y, SMALL, one.getKey(), 100);
      page.bar(105, y, 120, one.getValue());
      page.text(232, y, SMALL, percent(one.getValue()), MIDDLE - 10);
      y += LINE;
    }
    return y;
  }

  /** Those that the sender told, in the order of the labels. */
  private Map<String, Double> probabilities() {
    JsonNode sent = ImageJson.json(evidence.wafer(), Optional.empty()).get("probabilities");
    Map<String, Double> all = new TreeMap<>(EvidenceCard::byLabel);
    if (sent != null && sent.isObject()) {
      sent.properties().stream()
          .limit(MAX_PROBABILITIES)
          .forEach(one -> all.put(one.getKey(), one.getValue().doubleValue()));
    }
    return all;
  }

  private static int byLabel(String a, String b) {
    int order = Integer.compare(place(a), place(b));
    return order != 0 ? order : a.compareTo(b);
  }

  /** The nine in their order, others after them. */
  private static int place(String label) {
    int at = LABELS.indexOf(label);
    return at < 0 ? LABELS.size() : at;
  }

  private String modelOfWafer() {
    JsonNode model = ImageJson.json(evidence.wafer(), Optional.empty()).get("model");
    return model == null || model.isNull() ? "not told" : shortId(model.stringValue());
  }

  private double zones(double top) throws IOException {
    double y = title(MIDDLE, top, "Zones");
    Optional<ZoneYields> found = evidence.shown().flatMap(Shown::zones);
    if (found.isEmpty()) {
      page.faint(MIDDLE, y, SMALL, "none without a wafer map", RIGHT);
      return y + LINE;
    }
    double[] columns = {MIDDLE, 400, 440, 485};
    page.faint(columns[1], y, SMALL, "dies", RIGHT);
    page.faint(columns[2], y, SMALL, "yield", RIGHT);
    page.faint(columns[3], y, SMALL, "p, adjusted", RIGHT);
    y += LINE;
    double whole = 1 - (double) found.get().failing() / found.get().dies();
    for (ZoneYield zone : found.get().zones()) {
      String name =
          "%s %s".formatted(zone.zone().kind().name().toLowerCase(Locale.ROOT), zone.zone().name());
      String yield = zone.dies() == 0 ? "–" : percent(zone.yieldRatio());
      String p = "%.2g".formatted(zone.adjusted());
      String mark = !zone.significant() ? "" : zone.yieldRatio() < whole ? "  lower" : "  higher";
      if (zone.significant()) {
        page.bold(columns[0], y, SMALL, name, columns[1]);
      } else {
        page.text(columns[0], y, SMALL, name, columns[1]);
      }
      page.text(columns[1], y, SMALL, String.valueOf(zone.dies()), columns[2]);
      page.text(columns[2], y, SMALL, yield, columns[3]);
      page.text(columns[3], y, SMALL, p + mark, RIGHT);
      y += LINE;
    }
    page.faint(MIDDLE, y, 6, found.get().method(), RIGHT);
    return y + LINE;
  }

  private double labels(double top) throws IOException {
    double y = title(LEFT, top, "Labels by people");
    if (evidence.labels().isEmpty()) {
      page.faint(LEFT, y, SMALL, "none yet", RIGHT);
      return y + LINE + 6;
    }
    List<GroundTruth> shown =
        evidence.labels().subList(0, Math.min(MAX_LABELS, evidence.labels().size()));
    for (GroundTruth truth : shown) {
      page.text(LEFT, y, SMALL, utc(truth.atMillis()), 150);
      page.bold(150, y, SMALL, truth.label(), 245);
      page.text(250, y, SMALL, truth.reviewer(), 340);
      page.text(345, y, SMALL, truth.comment().orElse(""), RIGHT);
      y += LINE;
    }
    int more = evidence.labels().size() - shown.size();
    if (more > 0) {
      page.faint(LEFT, y, SMALL, "and " + more + " older ones", RIGHT);
      y += LINE;
    }
    return y + 6;
  }

  private double lot(double top) throws IOException {
    if (evidence.lot().isEmpty()) {
      return top;
    }
    double y = title(LEFT, top, "Lot " + evidence.wafer().facts().lot());
    Map<String, Long> counts =
        evidence.lot().stream()
            .collect(Collectors.groupingBy(LotWafer::label, TreeMap::new, Collectors.counting()));
    page.text(
        LEFT,
        y,
        SMALL,
        evidence.lot().size()
            + " wafers: "
            + counts.entrySet().stream()
                .map(one -> one.getValue() + " " + one.getKey())
                .collect(Collectors.joining(", ")),
        RIGHT);
    y += LINE;
    String others =
        evidence.lot().stream()
            .filter(one -> !one.label().equals(DefectPattern.NONE.label()))
            .map(one -> one.name() + " " + one.label())
            .collect(Collectors.joining("  ·  "));
    if (!others.isEmpty()) {
      page.text(LEFT, y, SMALL, others, RIGHT);
      y += LINE;
    }
    return y + 6;
  }

  private void missing(double top) throws IOException {
    double y = top;
    for (String why : evidence.missing().stream().limit(MAX_MISSING).toList()) {
      page.faint(LEFT, y, SMALL, "Missing: " + why, RIGHT);
      y += LINE;
    }
  }

  private void foot() throws IOException {
    page.rule(LEFT, RIGHT, 800);
    page.faint(
        LEFT,
        811,
        6.5,
        evidence
            .shown()
            .map(
                shown ->
                    "image SHA-256 "
                        + shown.image().sha256()
                        + ", "
                        + shown.image().bytes()
                        + " bytes")
            .orElse("no image"),
        RIGHT);
    page.faint(LEFT, 821, 6.5, "evidence SHA-256 " + digest() + " of this card's JSON", RIGHT);
  }

  private String digest() {
    try {
      byte[] json = Json.bytes(evidence.json());
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private double title(double x, double y, String text) throws IOException {
    page.bold(x, y, 10, text, RIGHT);
    return y + LINE + 4;
  }

  private static String utc(long millis) {
    return Instant.ofEpochMilli(millis)
            .truncatedTo(ChronoUnit.SECONDS)
            .toString()
            .replace('T', ' ')
            .replace("Z", "")
        + " UTC";
  }

  private static String percent(double share) {
    return "%.1f %%".formatted(share * 100);
  }

  private static String shortId(String id) {
    return id.substring(0, Math.min(12, id.length()));
  }
}
