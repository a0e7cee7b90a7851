package fabwafer.agent;

import fabwafer.agent.Inbox.Candidate;
import fabwafer.agent.Inbox.Stamp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  /** A file that was taken, as it was then; its inspections have numbers up to this one. */
  private record Taken(Stamp stamp, long number, Outcome outcome) {}

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

  /**
   * What became of a file that was taken before: pending while an inspection of its time waits in
   * the spool, then as it was; empty if it was not taken yet.
   */
  Optional<Outcome> outcome(Candidate candidate) {
    Taken known = taken.get(candidate.name());
    if (known == null || !known.stamp.equals(candidate.stamp())) {
      return Optional.empty();
    }
    return Optional.of(spool.isDrainedTo(known.number) ? known.outcome : new Outcome.Pending());
  }

  /**
   * Notes that a file's inspections are in the spool, or were.
   *
   * @return whether the file has to stay in the folder for now
   */
  boolean staysUntilPublished(Candidate candidate, Outcome outcome) {
    Taken known = taken.get(candidate.name());
    if (known == null || !known.stamp.equals(candidate.stamp())) {
      known = new Taken(candidate.stamp(), spool.lastNumber(), outcome);
      taken.put(candidate.name(), known);
    }
    return !spool.isDrainedTo(known.number);
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
