package fabwafer.hub.catalogue;

import fabwafer.protocol.DeviceName;
import fabwafer.protocol.StatusMessage;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The table of agents that speak for a camera; a device that does not say who it is counts as one.
 * All in the caller's transaction.
 */
final class Agents {
  /** Most agents of a camera: those longest not heard of give way. */
  private static final int MAX_AGENTS = 16;

  private record Agent(String name, Optional<String> folder) {}

  /** Notes what an agent says of itself. */
  void heard(Handle handle, DeviceName device, StatusMessage status, long nowMillis) {
    handle
        .createUpdate(
            "insert into agents (fab, camera, agent, state, role, folder, last_heard) values"
                + " (:fab, :camera, :agent, :state, :role, :folder, :now)"
                + " on conflict (fab, camera, agent) do update set state = :state,"
                + " role = coalesce(:role, role), folder = coalesce(:folder, folder),"
                + " last_heard = :now")
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .bind("agent", Objects.requireNonNullElse(text(status, "agent"), ""))
        .bind("state", status.state().word())
        .bind("role", text(status, "role"))
        .bind("folder", text(status, "folder"))
        .bind("now", nowMillis)
        .execute();
    handle
        .createUpdate(
            "delete from agents where fab = :fab and camera = :camera and agent not in (select"
                + " agent from agents where fab = :fab and camera = :camera"
                + " order by last_heard desc limit "
                + MAX_AGENTS
                + ")")
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .execute();
  }

  boolean anyOnline(Handle handle, DeviceName device) {
    return !online(handle, device).isEmpty();
  }

  /** Whether the one who says this leaves the camera's files to another agent. */
  boolean standsBy(StatusMessage status) {
    return "standby".equals(text(status, "role"));
  }

  /** Why the agents that are online cannot all be right. */
  Optional<String> rivals(Handle handle, DeviceName device) {
    List<Agent> online = online(handle, device);
    boolean shared =
        online.stream().allMatch(agent -> agent.folder.isPresent())
            && online.stream().map(Agent::folder).distinct().count() == 1;
    if (online.size() < 2 || shared) {
      return Optional.empty();
    }
    return Optional.of(
        "%d agents speak for this one camera and do not share a folder: %s. Give one of the cameras"
                .formatted(
                    online.size(),
                    online.stream().map(Agent::name).collect(Collectors.joining(", ")))
            + " another name, or set shared-folders on both agents of one folder");
  }

  void allOffline(Handle handle) {
    handle
        .createUpdate("update agents set state = :offline")
        .bind("offline", StatusMessage.State.OFFLINE.word())
        .execute();
  }

  private static List<Agent> online(Handle handle, DeviceName device) {
    return handle
        .createQuery(
            "select agent, folder from agents where fab = :fab and camera = :camera"
                + " and state = :online order by agent")
        .bind("fab", device.fab())
        .bind("camera", device.camera())
        .bind("online", StatusMessage.State.ONLINE.word())
        .map(
            (row, context) ->
                new Agent(row.getString("agent"), Optional.ofNullable(row.getString("folder"))))
        .list();
  }

  private static @Nullable String text(StatusMessage status, String field) {
    JsonNode value = status.more().get(field);
    return Catalogue.text(value);
  }
}
