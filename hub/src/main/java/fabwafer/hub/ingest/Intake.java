package fabwafer.hub.ingest;

import fabwafer.hub.HubException;
import fabwafer.hub.alarm.Alarm;
import fabwafer.hub.alarm.DeviceAlarms;
import fabwafer.hub.archive.Archive;
import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.catalogue.Catalogue;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.quarantine.QuarantineStore;
import fabwafer.hub.rule.AlarmRules;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.ImageMessage;
import fabwafer.protocol.MessageException;
import fabwafer.protocol.PredictionMessage;
import fabwafer.protocol.StatusMessage;
import fabwafer.protocol.Topic;
import fabwafer.protocol.model.ChunkRequest;
import fabwafer.protocol.model.ModelReport;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;

/**
 * What is done with one message: it is read, an image's file is archived, and the rest is stored in
 * a transaction together with other messages.
 */
final class Intake {
  private final Archive archive;
  private final Catalogue catalogue;
  private final ClassificationStore classifications;
  private final AlarmRules alarmRules;
  private final QuarantineStore quarantine;
  private final ImageParking parking;
  private final DeviceModels models;
  private final UnaryOperator<PredictionMessage> statement;
  private final InstantSource clock;

  Intake(
      Archive archive,
      Catalogue catalogue,
      ClassificationStore classifications,
      AlarmRules alarmRules,
      QuarantineStore quarantine,
      ImageParking parking,
      DeviceModels models,
      UnaryOperator<PredictionMessage> statement,
      InstantSource clock) {
    this.archive = archive;
    this.catalogue = catalogue;
    this.classifications = classifications;
    this.alarmRules = alarmRules;
    this.quarantine = quarantine;
    this.parking = parking;
    this.models = models;
    this.statement = statement;
    this.clock = clock;
  }

  /** Reads a message and archives its image. */
  Prepared prepare(Incoming incoming) {
    try {
      return switch (Topic.parse(incoming.topic())) {
        case Topic.Image topic -> prepare(ImageMessage.parse(topic, incoming.payload()));
        case Topic.Prediction topic ->
            new Prepared.Prediction(
                statement.apply(PredictionMessage.parse(topic, incoming.payload())));
        case Topic.Status topic ->
            new Prepared.Status(topic.device(), StatusMessage.parse(incoming.payload()));
        case Topic.Model topic -> prepare(topic, incoming.payload());
        case Topic.Hold _ -> new Prepared.Foreign();
      };
    } catch (MessageException | HubException e) {
      return new Prepared.Unfit(String.valueOf(e.getMessage()));
    }
  }

  private static Prepared prepare(Topic.Model topic, byte[] payload) {
    return switch (topic.rest()) {
      case ModelReport.TOPIC_REST ->
          new Prepared.Reported(topic.device(), ModelReport.parse(payload));
      case ChunkRequest.TOPIC_REST ->
          new Prepared.Wanted(topic.device(), ChunkRequest.parse(payload));
      // What the hub itself says to a device comes back to it.
      default -> new Prepared.Foreign();
    };
  }

  private Prepared prepare(ImageMessage message) {
    try {
      return new Prepared.Image(archive.keep(message, clock.millis()));
    } catch (IOException e) {
      parking.archiveFailed(message, e);
      return new Prepared.UnwrittenImage(message);
    }
  }

  /**
   * Stores a message in the caller's transaction.
   *
   * @param later collects what the listener is to hear once the transaction is committed
   */
  Ingested store(
      Handle handle, Incoming incoming, Prepared prepared, List<Consumer<IngestListener>> later) {
    try {
      return switch (prepared) {
        case Prepared.Image image -> storeImage(handle, image.image(), later);
        case Prepared.UnwrittenImage image -> {
          seen(handle, image.message().device(), later);
          parking.park(handle, image.message(), clock.millis());
          yield new Ingested.Parked();
        }
        case Prepared.Prediction prediction ->
            storePrediction(handle, incoming, prediction.message(), later);
        case Prepared.Status status ->
            storeStatus(handle, status.device(), status.message(), later);
        case Prepared.Reported reported -> {
          seen(handle, reported.device(), later);
          models.reported(handle, reported.device(), reported.report());
          yield new Ingested.Stored();
        }
        case Prepared.Wanted wanted -> {
          later.add(_ -> models.wanted(wanted.device(), wanted.request()));
          yield new Ingested.Ignored();
        }
        case Prepared.Unfit unfit -> refuse(handle, incoming, unfit.reason(), later);
        case Prepared.Foreign foreign -> new Ingested.Ignored();
      };
    } catch (MessageException e) {
      // Only the catalogue throws it, before anything is written for the message.
      return refuse(handle, incoming, String.valueOf(e.getMessage()), later);
    }
  }

  /** Puts a message into quarantine in the caller's transaction. */
  Ingested refuse(
      Handle handle, Incoming incoming, String reason, List<Consumer<IngestListener>> later) {
    var kept =
        quarantine.keep(handle, incoming.topic(), incoming.payload(), reason, clock.millis());
    later.add(listener -> listener.refused(kept));
    return new Ingested.Refused(reason);
  }

  /** Enters an image whose file is in the archive, in the caller's transaction. */
  Ingested storeImage(Handle handle, ArchivedImage image, List<Consumer<IngestListener>> later) {
    seen(handle, image.device(), later);
    boolean hasClassification = classifications.imageCame(handle, image.device(), image.imgid());
    if (!archive.enter(handle, image, hasClassification)) {
      return new Ingested.Duplicate();
    }
    later.add(listener -> listener.archived(image));
    return new Ingested.Stored();
  }

  private Ingested storePrediction(
      Handle handle,
      Incoming incoming,
      PredictionMessage message,
      List<Consumer<IngestListener>> later) {
    seen(handle, message.device(), later);
    boolean hasImage = archive.has(handle, message.device(), message.imgid());
    Classification classification = Classification.of(message, hasImage, clock.millis());
    return switch (classifications.store(handle, classification)) {
      case ClassificationStore.New stored -> {
        if (hasImage) {
          archive.classificationCame(handle, message.device(), message.imgid());
        }
        later.add(listener -> listener.classified(classification));
        for (Alarm changed : alarmRules.judge(handle, classification)) {
          later.add(listener -> listener.alarmed(changed));
        }
        yield new Ingested.Stored();
      }
      case ClassificationStore.Same same -> new Ingested.Duplicate();
      case ClassificationStore.Other other ->
          refuse(
              handle,
              incoming,
              "imgid %s at timestamp %d is already stored as an inspection of %s"
                  .formatted(message.imgid(), message.timestampMillis(), other.owner()),
              later);
    };
  }

  private Ingested storeStatus(
      Handle handle,
      DeviceName device,
      StatusMessage message,
      List<Consumer<IngestListener>> later) {
    long now = clock.millis();
    catalogue.seen(handle, device, now);
    catalogue.status(handle, device, message, now);
    judgeDevice(handle, device, message);
    tellOfCamera(handle, device, later);
    return new Ingested.Stored();
  }

  private void judgeDevice(Handle handle, DeviceName device, StatusMessage message) {
    DeviceAlarms alarms = alarmRules.devices();
    alarms.judge(handle, device, DeviceAlarms.Kind.RIVALS, catalogue.rivals(handle, device));
    JsonNode role = message.more().get("role");
    boolean standsBy = role != null && role.isString() && role.stringValue().equals("standby");
    // What is gone cannot say what is wrong with it: then things stand as they were.
    if (message.state() == StatusMessage.State.ONLINE && !standsBy) {
      alarms.judge(handle, device, DeviceAlarms.Kind.SPOOL, problem(message, "spool"));
      alarms.judge(handle, device, DeviceAlarms.Kind.FOLDER, problem(message, "folder"));
    }
  }

  /** The first of a device's problems that is about something. */
  private static Optional<String> problem(StatusMessage message, String subject) {
    JsonNode problems = message.more().get("problems");
    return problems == null || !problems.isArray()
        ? Optional.empty()
        : problems
            .valueStream()
            .filter(JsonNode::isString)
            .map(JsonNode::stringValue)
            .filter(text -> text.startsWith(subject + " "))
            .findFirst();
  }

  private void seen(Handle handle, DeviceName device, List<Consumer<IngestListener>> later) {
    if (catalogue.seen(handle, device, clock.millis())) {
      tellOfCamera(handle, device, later);
    }
  }

  private void tellOfCamera(
      Handle handle, DeviceName device, List<Consumer<IngestListener>> later) {
    catalogue
        .find(handle, device)
        .ifPresent(camera -> later.add(listener -> listener.cameraChanged(camera)));
  }
}
