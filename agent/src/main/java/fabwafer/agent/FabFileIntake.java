package fabwafer.agent;

import fabwafer.agent.AgentConfig.Files;
import fabwafer.agent.Inbox.Candidate;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.InspectionName;
import fabwafer.protocol.WaferFacts;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.image.WaferImages;
import fabwafer.wafer.record.WaferRecord;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes files of a fab's formats: each wafer becomes an inspection of its own, named by what the
 * file says of it, with the wafer map as a picture of one pixel a die. Killed between two wafers,
 * the file is still in the folder, and those that are in the spool are known by their names.
 *
 * <p>For the inbox thread.
 */
final class FabFileIntake {
  private static final Logger LOG = LoggerFactory.getLogger(FabFileIntake.class);

  /** Where there is room for what a file gives, one wafer after the other. */
  interface Room {
    /**
     * Waits until the spool has room for an inspection.
     *
     * @return false if the agent ends first
     */
    boolean await(long imageBytes);
  }

  private final DeviceName device;
  private final Files settings;
  private final Inbox inbox;
  private final WaferClassifier classifier;
  private final Spool spool;
  private final Room room;
  private final Runnable onSpooled;

  FabFileIntake(
      DeviceName device,
      Files settings,
      Inbox inbox,
      WaferClassifier classifier,
      Spool spool,
      Room room,
      Runnable onSpooled) {
    this.device = device;
    this.settings = settings;
    this.inbox = inbox;
    this.classifier = classifier;
    this.spool = spool;
    this.room = room;
    this.onSpooled = onSpooled;
  }

  /** Takes a file's wafers; it is not moved. */
  Outcome examine(Candidate candidate) {
    long bytes = candidate.stamp().bytes();
    if (bytes > settings.maxBytes()) {
      return new Outcome.Refused(
          "the file has %,d bytes, at most %,d are taken (file-bytes)"
              .formatted(bytes, settings.maxBytes()));
    }
    if (!inbox.hasStood(candidate, settings.settle())) {
      return new Outcome.Unsettled();
    }
    Optional<String> full = spool.full(0);
    if (full.isPresent()) {
      return new Outcome.NoRoom(full.get());
    }
    try {
      FabFile file = FabFile.check(candidate, settings);
      if (!file.isSettled() && !inbox.isOutOfPatience(candidate)) {
        return new Outcome.NotYet();
      }
      return file.isRefused() ? new Outcome.Refused(file.reason()) : take(candidate, file);
    } catch (NoSuchFileException e) {
      return new Outcome.Gone();
    } catch (IOException e) {
      return new Outcome.Failed("cannot be read: " + AgentException.told(e));
    } catch (WaferException e) {
      return new Outcome.Failed("changed while it was read: " + e.getMessage());
    } catch (EndedException e) {
      return e.outcome;
    }
  }

  /** Ends the taking of a file before its last wafer. */
  private static final class EndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Outcome outcome;

    EndedException(Outcome outcome) {
      super(outcome.toString());
      this.outcome = outcome;
    }
  }

  private Outcome take(Candidate candidate, FabFile file) throws IOException {
    Taking taking = new Taking(candidate);
    file.wafers(taking::wafer);
    if (!file.reason().isEmpty()) {
      return new Outcome.Refused(file.reason());
    }
    String told =
        "%,d wafers, %,d of them new, the last is %s"
            .formatted(taking.seen, taking.spooled, taking.last);
    return taking.spooled > 0 ? new Outcome.Taken(told) : new Outcome.Known(told);
  }

  /** One file's wafers on their way into the spool. */
  private final class Taking {
    private final Candidate candidate;
    private int seen;
    private int spooled;
    private String last = "";

    Taking(Candidate candidate) {
      this.candidate = candidate;
    }

    void wafer(WaferRecord record) {
      Identity identity =
          Identity.of(
              InspectionName.of(
                  device,
                  candidate.name(),
                  record,
                  seen++,
                  settings.zone(),
                  candidate.stamp().modified().toMillis()));
      last = identity.imgid();
      if (spool.knows(identity)) {
        return;
      }
      byte[] image = WaferImages.toPng(record.map());
      if (!room.await(image.length)) {
        throw new EndedException(new Outcome.Stopped());
      }
      append(
          Inspection.of(device, identity, classified(record, image), WaferFacts.of(record), image));
      spooled++;
      onSpooled.run();
    }

    private WaferClassifier.Answer classified(WaferRecord record, byte[] image) {
      try {
        return classifier.classify(record.map(), image);
      } catch (RuntimeException e) {
        LOG.debug("{}: {} could not be classified", device, last, e);
        throw new EndedException(
            new Outcome.Failed("could not be classified: " + last + ": " + e.getMessage()));
      }
    }

    private void append(Inspection inspection) {
      try {
        spool.append(inspection);
      } catch (IOException e) {
        throw new EndedException(
            new Outcome.SpoolFailed("spool cannot be written: " + AgentException.told(e)));
      }
    }
  }
}
