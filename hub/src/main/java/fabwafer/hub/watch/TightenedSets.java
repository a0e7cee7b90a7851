package fabwafer.hub.watch;

import fabwafer.classifier.Prediction;
import fabwafer.classifier.explanation.Explanation;
import fabwafer.hub.inference.ServedModel;
import fabwafer.protocol.Assessment;
import fabwafer.protocol.AssessmentFields;
import fabwafer.protocol.Limits;
import fabwafer.protocol.PredictionMessage;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Widens conformal sets by the classes whose coverage slipped: in what the hub's model answers, and
 * in what cameras' messages say before they are stored. An answer whose set was widened is no
 * longer accepted without a person. Safe on any thread.
 */
public final class TightenedSets {
  /** What a message said before its set was widened. */
  public static final String SENT = "sent";

  /** Above every probability: a label whose sets did not slip is never added. */
  private static final double NEVER = 2;

  private static final String MODEL = "model";
  private static final String PROBABILITIES = "probabilities";

  private volatile Map<String, Map<String, Double>> byModel = Map.of();
  private volatile Optional<Widened> last = Optional.empty();

  /** Model → label → least probability. */
  void set(Map<String, Map<String, Double>> tightened) {
    byModel = Map.copyOf(tightened);
    last = Optional.empty();
  }

  /** A model with wider sets where they slipped, else the model itself. */
  public ServedModel of(ServedModel model) {
    Map<String, Double> least = byModel.get(model.id());
    if (least == null) {
      return model;
    }
    // The same object each time: requests of one model are answered together.
    Optional<Widened> known = last;
    if (known.isPresent() && known.get().model.equals(model) && known.get().least.equals(least)) {
      return known.get();
    }
    Widened widened = new Widened(model, least);
    last = Optional.of(widened);
    return widened;
  }

  /**
   * A message as it is to be stored: with a wider set and for review, where its model's sets
   * slipped and it fits a class that they miss. What it said before stays in its field {@value
   * #SENT}.
   */
  public PredictionMessage of(PredictionMessage message) {
    Map<String, Double> least = byModel.get(message.more().path(MODEL).asString(""));
    Assessment said = message.assessment();
    if (least == null || said.conformalSet().isEmpty()) {
      return message;
    }
    List<String> added = new ArrayList<>();
    for (Map.Entry<String, JsonNode> each : message.more().path(PROBABILITIES).properties()) {
      String label = DefectPattern.canonicalLabel(each.getKey());
      Double enough = least.get(label);
      if (enough != null
          && each.getValue().isNumber()
          && each.getValue().doubleValue() >= enough
          && !said.conformalSet().get().contains(label)) {
        added.add(label);
      }
    }
    if (added.isEmpty()) {
      return message;
    }
    ObjectNode more = message.more().deepCopy();
    ObjectNode sent = more.putObject(SENT);
    said.conformalSet().get().forEach(sent.putArray("conformalSet")::add);
    said.decision().ifPresent(decision -> sent.put("decision", decision.word()));
    Set<String> wide = new LinkedHashSet<>(said.conformalSet().get());
    wide.addAll(added);
    List<String> reasons = new ArrayList<>(said.reasons());
    reasons.add(reason(added));
    AssessmentFields.write(
        new Assessment(
            Optional.empty(),
            Map.of(),
            Optional.of(List.copyOf(wide)),
            said.novelty(),
            said.decision().map(_ -> Assessment.Decision.REVIEW),
            reasons.size() > Limits.MAX_REASONS ? said.reasons() : reasons),
        more);
    return new PredictionMessage(
        message.topic(), message.timestampMillis(), message.label(), message.probability(), more);
  }

  private static String reason(List<String> added) {
    return "may be %s: its coverage slipped".formatted(String.join(" or ", added));
  }

  /** A model whose sets are wider. */
  private record Widened(ServedModel model, Map<String, Double> least) implements ServedModel {
    @Override
    public String id() {
      return model.id();
    }

    @Override
    public List<String> labels() {
      return model.labels();
    }

    @Override
    public Prediction classify(WaferMap wafer) {
      return widened(model.classify(wafer));
    }

    @Override
    public List<Prediction> classify(List<WaferMap> wafers) {
      return model.classify(wafers).stream().map(this::widened).toList();
    }

    @Override
    public Explanation explain(WaferMap wafer, String label) {
      return model.explain(wafer, label);
    }

    private Prediction widened(Prediction said) {
      if (said.conformalSet().isEmpty()) {
        return said;
      }
      List<String> narrow = said.conformalSet().get();
      List<String> added =
          said.probabilities().entrySet().stream()
              .filter(each -> !narrow.contains(each.getKey()))
              .filter(each -> each.getValue() >= least.getOrDefault(each.getKey(), NEVER))
              .map(Map.Entry::getKey)
              .toList();
      if (added.isEmpty()) {
        return said;
      }
      List<String> wide =
          said.probabilities().keySet().stream()
              .filter(label -> narrow.contains(label) || added.contains(label))
              .toList();
      return new Prediction(
          said.label(),
          said.probability(),
          said.probabilities(),
          said.logits(),
          said.patterns(),
          Optional.of(wide),
          said.novelty(),
          said.decision().map(decision -> forReview(decision, added)),
          said.embedding(),
          said.views());
    }

    private static Prediction.Decision forReview(Prediction.Decision decision, List<String> added) {
      List<String> reasons = new ArrayList<>(decision.reasons());
      reasons.add(reason(added));
      return new Prediction.Decision(Prediction.Decision.Kind.REVIEW, reasons);
    }
  }
}
