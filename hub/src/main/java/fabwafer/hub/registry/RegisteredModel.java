package fabwafer.hub.registry;

import fabwafer.classifier.ModelCard;
import java.util.List;
import java.util.Optional;

/**
 * A model as the registry knows it.
 *
 * @param id SHA-256 of its ONNX file, 64 hexadecimal digits
 * @param parent the model it was trained from
 * @param bytes of its zip
 * @param sha256 of its zip: graph, card and test vectors together
 * @param snapshot the labels it was trained with, where this hub trained it
 * @param note what whoever brought or rejected it said
 * @param createdMillis when it came, milliseconds since 1970
 * @param createdBy who brought it
 * @param approvals who approved it since it came into test, the first first
 * @param verdict what the gate said last
 */
public record RegisteredModel(
    String id,
    Optional<String> parent,
    ModelStage stage,
    ModelOrigin origin,
    ModelCard card,
    long bytes,
    String sha256,
    Optional<String> snapshot,
    Optional<String> note,
    long createdMillis,
    String createdBy,
    List<Approval> approvals,
    Optional<Verdict> verdict) {

  public RegisteredModel {
    approvals = List.copyOf(approvals);
  }

  /**
   * A person's signature.
   *
   * @param person an account's name, or {@code os:name} of whoever works on the data folder
   */
  public record Approval(String person, long atMillis, Optional<String> comment) {}

  /**
   * What the gate said.
   *
   * @param champion the model it was held against; empty where there was none
   * @param json the verdict with its reasons, as the gate wrote it
   */
  public record Verdict(Optional<String> champion, long atMillis, boolean passed, String json) {}

  /**
   * Something that happened to a model.
   *
   * @param actor as the audit names it
   * @param action such as {@code model.approved}
   * @param detail a JSON object
   */
  public record Event(long atMillis, String actor, String action, String detail) {}

  /** The first digits of the id, as people say it. */
  public String shortId() {
    return id.substring(0, 12);
  }
}
