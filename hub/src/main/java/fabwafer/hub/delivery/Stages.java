package fabwafer.hub.delivery;

import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.model.ModelManifest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which cameras' turn is in which stage of a rollout. */
final class Stages {
  private static final Pattern SHARE = Pattern.compile("(\\d{1,3}) ?%");
  private static final int WHOLE = 100;

  private Stages() {}

  /**
   * The cameras that each stage adds.
   *
   * @param model each has its own order of the cameras, so that not always the same begin
   * @param stages shares of all cameras that are reached after it, or names of cameras
   * @param agents all cameras
   * @throws ProblemException if a stage is neither, or names another camera
   */
  static List<List<DeviceName>> groups(String model, List<String> stages, List<DeviceName> agents) {
    if (stages.isEmpty() || stages.size() > DeliveryConfig.MAX_STAGES) {
      throw new ProblemException(
          Problem.BAD_BODY,
          "stages must be 1 to %d, got %d".formatted(DeliveryConfig.MAX_STAGES, stages.size()));
    }
    List<DeviceName> shuffled =
        agents.stream()
            .sorted(
                Comparator.comparing(
                    device ->
                        ModelManifest.sha256((model + device).getBytes(StandardCharsets.UTF_8))))
            .toList();
    Set<DeviceName> reached = new LinkedHashSet<>();
    List<List<DeviceName>> groups = new ArrayList<>();
    for (String stage : stages) {
      List<DeviceName> added = new ArrayList<>();
      Matcher share = SHARE.matcher(stage);
      if (share.matches()) {
        int percent = Integer.parseInt(share.group(1));
        if (percent < 1 || percent > WHOLE) {
          throw new ProblemException(Problem.BAD_BODY, "a share must be 1 to 100 %, got " + stage);
        }
        int wanted = (agents.size() * percent + WHOLE - 1) / WHOLE;
        shuffled.stream()
            .filter(device -> !reached.contains(device))
            .limit(Math.max(0, wanted - reached.size()))
            .forEach(added::add);
      } else {
        named(stage, agents).stream()
            .filter(device -> !reached.contains(device))
            .forEach(added::add);
      }
      reached.addAll(added);
      groups.add(added);
    }
    return groups;
  }

  private static List<DeviceName> named(String stage, List<DeviceName> agents) {
    List<DeviceName> named = new ArrayList<>();
    for (String name : stage.split(",", -1)) {
      named.add(
          agents.stream()
              .filter(device -> device.toString().equals(name.strip()))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ProblemException(
                          Problem.BAD_BODY,
                          "a stage must be a share such as 10 %, or cameras with agents such as"
                              + " faba/camera1; no agent speaks for "
                              + name.strip())));
    }
    return named;
  }
}
