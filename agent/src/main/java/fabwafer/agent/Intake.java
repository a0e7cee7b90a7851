package fabwafer.agent;

import fabwafer.agent.AgentConfig.Camera;
import fabwafer.agent.AgentConfig.Files;
import fabwafer.agent.AgentConfig.Watching;
import fabwafer.agent.Inbox.Candidate;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.Limits;
import fabwafer.protocol.WaferFacts;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.format.WaferFiles;
import fabwafer.wafer.format.WaferFormat;
import fabwafer.wafer.format.WaferRead;
import fabwafer.wafer.image.WaferImages;
import fabwafer.wafer.record.WaferRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the files of one camera's folder, one at a time: read, classify, spool, move away. Whenever
 * it is killed, the file is still in the folder or its inspection is in the spool, and the next
 * start goes on from there.
 */
final class Intake {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int HEAD_BYTES = 16;
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  private final DeviceName device;
  private final Path folder;
  private final Files files;
  private final Watching watching;
  private final BiFunction<String, byte[], WaferMap> reader;
  private final WaferClassifier classifier;
  private final Spool spool;
  private final Problems problems;
  private final Optional<Sharing> sharing;
  private final Runnable onSpooled;
  private final Bell bell = new Bell();
  private final Inbox inbox;
  private final Leaving leaving;
  private final FabFileIntake fabFiles;
  private final AtomicLong rejected = new AtomicLong();
  private final Backoff folderPauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
  private final Backoff spoolPauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
  private boolean strandedReturned;
  private volatile boolean outOfRoom;
  private volatile boolean closing;

  /**
   * @param reader the wafer map of a PNG or JPEG file, or a {@link WaferException} that says why
   *     none
   * @param sharing what is agreed with other agents of the same folder, if there are any
   * @param onSpooled called on the inbox thread when the spool has something new
   */
  Intake(
      DeviceName device,
      Camera camera,
      Watching watching,
      BiFunction<String, byte[], WaferMap> reader,
      WaferClassifier classifier,
      Spool spool,
      Problems problems,
      Optional<Sharing> sharing,
      Runnable onSpooled) {
    this.device = device;
    this.folder = camera.folder();
    this.files = camera.files();
    this.watching = watching;
    this.reader = reader;
    this.classifier = classifier;
    this.spool = spool;
    this.problems = problems;
    this.sharing = sharing;
    this.onSpooled = onSpooled;
    this.inbox = new Inbox(folder, watching);
    this.leaving = new Leaving(folder);
    this.fabFiles =
        new FabFileIntake(device, files, inbox, classifier, spool, this::awaitRoom, onSpooled);
  }

  /** Rung when something changed: in the folder, or the spool has room again. */
  Bell bell() {
    return bell;
  }

  /** Whether files wait for room in the spool. */
  boolean isOutOfRoom() {
    return outOfRoom;
  }

  /** Files rejected since the start. */
  long rejected() {
    return rejected.get();
  }

  /** Ends {@link #run} after the file in hand. */
  void close() {
    closing = true;
    bell.ring();
  }

  /** Takes files until closed or interrupted. */
  void run() {
    try {
      while (!closing) {
        bell.await(pass());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sharing.ifPresent(Sharing::release);
    }
  }

  /** Takes what can be taken now; returns how long to wait then, in nanoseconds. */
  private long pass() {
    try {
      outOfRoom = false;
      List<Candidate> ready = inbox.ready();
      if (standsBy()) {
        strandedReturned = false;
        problems.clear("folder");
        return watching.pollInterval().toNanos();
      }
      returnStranded();
      sharing.ifPresent(shared -> shared.retain(ready));
      for (Candidate candidate : ready) {
        if (closing || standsBy()) {
          return 0;
        }
        switch (take(candidate)) {
          case Outcome.NoRoom(String problem) -> {
            outOfRoom = true;
            problems.report("spool", problem + "; files stay in " + folder);
            return watching.pollInterval().toNanos();
          }
          case Outcome.SpoolFailed(String problem) -> {
            problems.report("spool", problem + "; files stay in " + folder);
            return spoolPauses.nextNanos();
          }
          case Outcome.Taken _, Outcome.Known _, Outcome.Refused _ -> {}
          case Outcome.NotYet _, Outcome.Unsettled _, Outcome.Gone _, Outcome.Failed _ -> {}
          case Outcome.Stopped _, Outcome.Pending _ -> {}
        }
      }
      problems.clear("folder");
      folderPauses.reset();
      if (spool.full(0).isEmpty() && spoolPauses.failures() == 0) {
        problems.clear("spool");
      }
      return inbox.untilNextLookNanos();
    } catch (IOException e) {
      problems.report(
          "folder", "folder %s cannot be watched: %s".formatted(folder, AgentException.told(e)));
    } catch (RuntimeException | OutOfMemoryError e) {
      // A lane that died would be a camera that nobody watches.
      LOG.error("{}: unexpected, going on", device, e);
      problems.report("folder", "folder %s: unexpected: %s".formatted(folder, e));
    }
    return folderPauses.nextNanos();
  }

  private boolean standsBy() {
    return sharing.isPresent()
        && !sharing.get().isActive(!outOfRoom && spoolPauses.failures() == 0);
  }

  /** What a killed process left between folder and done goes on, or back. */
  private void returnStranded() throws IOException {
    if (strandedReturned) {
      return;
    }
    for (Candidate stranded : leaving.stranded()) {
      // Only a picture is cheaply known again; another file is taken anew, each wafer once.
      Optional<byte[]> content =
          stranded.stamp().bytes() <= Limits.MAX_IMAGE_BYTES
              ? Inbox.read(stranded)
              : Optional.empty();
      if (content.isPresent() && spool.knows(identity(stranded, content.get()))) {
        leaving.toDone(stranded);
      } else {
        leaving.putBack(stranded.file());
      }
    }
    strandedReturned = true;
  }

  private Outcome take(Candidate candidate) {
    Outcome outcome = examine(candidate);
    String subject = "file " + candidate.name();
    try {
      switch (outcome) {
        case Outcome.Taken(String told) -> {
          onSpooled.run();
          spoolPauses.reset();
          if (stays(candidate, outcome)) {
            return outcome;
          }
          leaving.toDone(candidate);
          LOG.debug("{}: {} is {}", device, candidate.name(), told);
        }
        case Outcome.Known(String told) -> {
          if (stays(candidate, outcome)) {
            return outcome;
          }
          leaving.toDone(candidate);
          LOG.info("{}: {} was taken before, as {}", device, candidate.name(), told);
        }
        case Outcome.Refused(String reason) -> {
          if (stays(candidate, outcome)) {
            return outcome;
          }
          reject(candidate, reason);
        }
        case Outcome.NotYet() -> inbox.awaitEnd(candidate);
        case Outcome.Failed(String problem) -> {
          problems.report(subject, candidate.name() + " " + problem);
          inbox.retryLater(candidate);
          return outcome;
        }
        case Outcome.Pending() -> inbox.leave(candidate);
        case Outcome.Unsettled _, Outcome.Gone _, Outcome.Stopped _ -> {
          return outcome;
        }
        case Outcome.NoRoom _, Outcome.SpoolFailed _ -> {
          return outcome;
        }
      }
      problems.clear(subject);
    } catch (IOException e) {
      problems.report(
          subject, candidate.name() + " cannot be moved away: " + AgentException.told(e));
      inbox.retryLater(candidate);
    }
    return outcome;
  }

  /** Whether a file has to stay for another agent, should this one die before it delivers. */
  private boolean stays(Candidate candidate, Outcome outcome) {
    boolean stays = sharing.isPresent() && sharing.get().staysUntilPublished(candidate, outcome);
    if (stays) {
      inbox.leave(candidate);
    }
    return stays;
  }

  private void reject(Candidate candidate, String reason) throws IOException {
    String prefix = candidate.name() + ": ";
    String told = reason.startsWith(prefix) ? reason : prefix + reason;
    if (leaving.toRejected(candidate, told)) {
      rejected.incrementAndGet();
      LOG.warn("{}: rejected: {}", device, told);
    }
  }

  private Outcome examine(Candidate candidate) {
    Optional<Outcome> earlier = sharing.flatMap(shared -> shared.outcome(candidate));
    if (earlier.isPresent()) {
      return earlier.get();
    }
    try {
      boolean picture = ImageEnd.of(Inbox.head(candidate, HEAD_BYTES)) != ImageEnd.UNKNOWN;
      return picture ? examinePicture(candidate) : fabFiles.examine(candidate);
    } catch (NoSuchFileException e) {
      return new Outcome.Gone();
    } catch (IOException e) {
      return new Outcome.Failed("cannot be read: " + AgentException.told(e));
    }
  }

  private Outcome examinePicture(Candidate candidate) throws IOException {
    long bytes = candidate.stamp().bytes();
    if (bytes > Limits.MAX_IMAGE_BYTES) {
      return new Outcome.Refused(
          "the file has %,d bytes, at most %,d are taken".formatted(bytes, Limits.MAX_IMAGE_BYTES));
    }
    if (!files.reading().formats().contains(WaferFormat.PICTURE)) {
      return new Outcome.Refused("it is a picture, which is not taken from this camera (formats)");
    }
    Optional<byte[]> content = Inbox.read(candidate);
    if (content.isEmpty()) {
      return new Outcome.Gone();
    }
    return switch (ImageEnd.of(content.get())) {
      case WHOLE -> inspect(candidate, content.get());
      case MISSING ->
          inbox.isOutOfPatience(candidate)
              ? new Outcome.Refused(withoutEnd(bytes))
              : new Outcome.NotYet();
      case UNKNOWN -> fabFiles.examine(candidate);
    };
  }

  private String withoutEnd(long bytes) {
    return bytes == 0
        ? "the file is empty, and was for " + watching.patience().toSeconds() + " s"
        : "the image is truncated: its end is missing after %,d bytes, and was for %d s"
            .formatted(bytes, watching.patience().toSeconds());
  }

  private Outcome inspect(Candidate candidate, byte[] image) {
    Identity identity = identity(candidate, image);
    if (spool.knows(identity)) {
      return new Outcome.Known(identity.imgid());
    }
    Optional<String> full = spool.full(image.length);
    if (full.isPresent()) {
      return new Outcome.NoRoom(full.get());
    }
    Inspection inspection;
    try {
      inspection = inspection(candidate, identity, image);
    } catch (WaferException e) {
      return new Outcome.Refused(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.debug("{}: {} could not be classified", device, identity.imgid(), e);
      return new Outcome.Failed("could not be classified: " + e.getMessage());
    }
    try {
      spool.append(inspection);
      return new Outcome.Taken(identity.imgid());
    } catch (IOException e) {
      return new Outcome.SpoolFailed("spool cannot be written: " + AgentException.told(e));
    }
  }

  /** What is published of a plain picture is its file; of one drawn for people, the wafer map. */
  private Inspection inspection(Candidate candidate, Identity identity, byte[] image) {
    String name = candidate.name();
    WaferMap wafer;
    try {
      wafer = reader.apply(name, image);
    } catch (WaferException e) {
      WaferRecord drawn = drawn(name, image);
      byte[] plain = WaferImages.toPng(drawn.map());
      return Inspection.of(
          device, identity, classifier.classify(drawn.map(), plain), WaferFacts.of(drawn), plain);
    }
    return Inspection.of(
        device,
        identity,
        classifier.classify(wafer, image),
        WaferFacts.ofPicture(name, wafer),
        image);
  }

  private WaferRecord drawn(String name, byte[] image) {
    List<WaferRecord> found = new ArrayList<>();
    try {
      WaferFiles.read(
          name,
          new ByteArrayInputStream(image),
          files.reading(),
          read -> {
            if (read instanceof WaferRead.Wafer(WaferRecord record)) {
              found.add(record);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found.getFirst();
  }

  /** A file of many wafers waits here for room: it would else be read anew for each. */
  private boolean awaitRoom(long imageBytes) {
    try {
      Optional<String> full = spool.full(imageBytes);
      while (full.isPresent() && !closing) {
        outOfRoom = true;
        problems.report("spool", full.get() + "; files stay in " + folder);
        bell.await(watching.pollInterval().toNanos());
        full = spool.full(imageBytes);
      }
      return !closing;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Identity identity(Candidate candidate, byte[] content) {
    return Identity.of(device, candidate.name(), content, candidate.stamp().modified().toMillis());
  }
}
