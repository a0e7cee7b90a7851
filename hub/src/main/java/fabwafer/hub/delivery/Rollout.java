package fabwafer.hub.delivery;

import fabwafer.protocol.DeviceName;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A model on its way to the cameras.
 *
 * @param champion what cameras go back to that had no order before
 * @param stages what each stage covers, such as {@code 10 %} or names of cameras
 * @param stage the present one, from 0
 * @param reason why it stopped or went back
 * @param createdBy whose decision it was
 */
record Rollout(
    long id,
    String model,
    Optional<String> champion,
    State state,
    List<String> stages,
    int stage,
    long stageSinceMillis,
    Optional<String> reason,
    long createdMillis,
    String createdBy,
    Optional<Long> endedMillis) {
  /** How far it is. */
  enum State {
    RUNNING,
    DONE,
    STOPPED,
    ROLLED_BACK;

    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static State ofWord(String word) {
      return Arrays.stream(values())
          .filter(state -> state.word().equals(word))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no state: " + word));
    }
  }

  /**
   * One of its cameras.
   *
   * @param stage when its turn is
   * @param before the model it was told to use before
   */
  record Member(DeviceName device, int stage, Optional<String> before) {}

  boolean isLastStage() {
    return stage == stages.size() - 1;
  }
}
