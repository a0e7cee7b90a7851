package fabwafer.hub.pipeline;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * One way from labels to a champion.
 *
 * @param stage what it does, or did last
 * @param startedBy as the audit names them
 * @param why such as {@code asked for}, {@code 500 new labels}
 * @param snapshot the labels it knows
 * @param lastLabel id of the last of them
 * @param parent the model it trains from
 * @param candidate the model that came of it, or that was given
 * @param epoch of the training, done
 * @param epochs of the training in all; 0 before it began
 * @param message why it failed, or what it waits for
 */
public record PipelineRun(
    long id,
    Stage stage,
    State state,
    long startedMillis,
    String startedBy,
    String why,
    Optional<Long> endedMillis,
    Optional<String> snapshot,
    long lastLabel,
    Optional<String> parent,
    Optional<String> candidate,
    int epoch,
    int epochs,
    Optional<String> message) {

  /** The stages, in their order. */
  public enum Stage {
    SNAPSHOT,
    TRAIN,
    GATE,
    TEST,
    APPROVAL,
    DELIVERY;

    /** As the REST contract and the database spell it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Stage ofWord(String word) {
      return Arrays.stream(values())
          .filter(stage -> stage.word().equals(word))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no stage: " + word));
    }
  }

  /** Whether it goes on. */
  public enum State {
    RUNNING,
    /** For people to approve. */
    WAITING,
    FAILED,
    CANCELLED,
    DONE;

    /** As the REST contract and the database spell it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State ofWord(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /** Whether something may still come of it. */
  public boolean open() {
    return state == State.RUNNING || state == State.WAITING;
  }
}
