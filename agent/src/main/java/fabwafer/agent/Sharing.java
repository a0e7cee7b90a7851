package fabwafer.agent;

import fabwafer.agent.Inbox.Candidate;
import fabwafer.agent.Inbox.Stamp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/**
 * What agents of one folder agree on: who takes files ({@link Lease}), and that a file stays in the
 * folder until the broker acknowledged its inspections. So what an agent had taken and not yet
 * published when it died is there for the other.
 *
 * <p>For the inbox thread, but for {@link #tell}.
 */
final class Sharing {
  /** A file whose inspections are in the spool, as it was when it was taken. */
  private record Taken(Stamp stamp, Set<Identity> identities) {}

  private final Path folder;
  private final Lease lease;
  private final Spool spool;
  private final BooleanSupplier delivering;
  private final Problems problems;
  private final Map<String, Taken> taken = new HashMap<>();
  private volatile boolean active;
  private volatile Optional<String> folderId = Optional.empty();

  /**
   * @param agent a name that no other agent of the folder has
   * @param delivering whether this agent's broker takes inspections
   */
  Sharing(Path folder, String agent, Spool spool, BooleanSupplier delivering, Problems problems) {
    this.folder = folder;
    this.lease = new Lease(folder, agent);
    this.spool = spool;
    this.delivering = delivering;
    this.problems = problems;
  }

  /**
   * Whether this agent is to take files; else it stands by.
   *
   * @param hasRoom whether its spool takes more
   */
  boolean isActive(boolean hasRoom) {
    try {
      if (folderId.isEmpty()) {
        folderId = Lease.folderId(folder);
      }
      active = lease.isOurs(hasRoom && delivering.getAsBoolean());
      problems.clear("lease");
    } catch (IOException e) {
      // Both agents work then, which doubles the work and nothing else.
      problems.report(
          "lease",
          "the lease in %s cannot be used, so this agent takes files in any case: %s"
              .formatted(folder, AgentException.told(e)));
      active = true;
    }
    return active;
  }

  /** Whether a file was taken, and an inspection of it is not published yet. Forgets it if not. */
  boolean isPending(Candidate candidate) {
    Taken known = taken.get(candidate.name());
    if (known == null) {
      return false;
    }
    if (known.stamp.equals(candidate.stamp())
        && known.identities.stream().anyMatch(spool::isPending)) {
      return true;
    }
    taken.remove(candidate.name());
    return false;
  }

  /**
   * Notes that a file's inspections are in the spool, or were.
   *
   * @return whether the file has to stay in the folder for now
   */
  boolean staysUntilPublished(Candidate candidate, Collection<Identity> identities) {
    if (identities.stream().noneMatch(spool::isPending)) {
      return false;
    }
    taken.put(candidate.name(), new Taken(candidate.stamp(), Set.copyOf(identities)));
    return true;
  }

  /** Forgets files that have left the folder. */
  void retain(List<Candidate> there) {
    taken.keySet().retainAll(there.stream().map(Candidate::name).collect(Collectors.toSet()));
  }

  /** Another agent may take over at once. */
  void release() {
    try {
      lease.release();
    } catch (IOException e) {
      problems.report("lease", "the lease is left to lapse: " + AgentException.told(e));
    }
  }

  /** What the status says of it. On any thread. */
  void tell(ObjectNode status) {
    status.put("role", active ? "active" : "standby");
    folderId.ifPresent(id -> status.put("folder", id));
  }
}
