package fabwafer.hub.upload;

import fabwafer.classifier.Prediction;
import fabwafer.hub.HubException;
import fabwafer.hub.audit.Actor;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.image.ImageJson;
import fabwafer.hub.inference.PredictionJson;
import fabwafer.hub.inference.ServedModel;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import fabwafer.hub.web.Scope;
import fabwafer.protocol.AssessmentFields;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.ImageMessage;
import fabwafer.protocol.InspectionName;
import fabwafer.protocol.Limits;
import fabwafer.protocol.PredictionMessage;
import fabwafer.protocol.Topic;
import fabwafer.protocol.WaferFacts;
import fabwafer.protocol.WaferFactsFields;
import fabwafer.wafer.format.ReadOptions;
import fabwafer.wafer.format.WaferRead;
import fabwafer.wafer.image.WaferImages;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.WaferRecord;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /api/v1/wafers}: a file of wafers, classified and stored as if an agent had sent
 * them. Read and classified whole before anything is stored: what is refused leaves nothing.
 */
public final class UploadRoutes implements RouteSource {
  /** Uploads at a time: each is held in memory with all its wafers. */
  static final int AT_ONCE = 2;

  private static final int MAX_NAME_CHARS = 200;
  private static final int MAX_PASS_BINS = 64;
  private static final int MAX_BIN = 0xffff;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /** How long a request waits until its wafers are committed. */
  private static final Duration STORING = Duration.ofMinutes(2);

  private final UploadConfig config;
  private final Supplier<Optional<ServedModel>> model;
  private final ClassificationStore classifications;
  private final Messages messages;
  private final AuditLog audit;
  private final InstantSource clock;
  private final Semaphore places = new Semaphore(AT_ONCE);

  /**
   * The routes.
   *
   * @param model the model in use; empty while there is none
   * @param messages where the wafers' messages go
   */
  public UploadRoutes(
      UploadConfig config,
      Supplier<Optional<ServedModel>> model,
      ClassificationStore classifications,
      Messages messages,
      AuditLog audit,
      InstantSource clock) {
    this.config = config;
    this.model = model;
    this.classifications = classifications;
    this.messages = messages;
    this.audit = audit;
    this.clock = clock;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(
        Route.post("/api/v1/wafers", Access.REVIEWER, this::upload)
            .scope(Scope.INGEST)
            .query("fab", "camera", "name", "passBins", "notch", "timeZone"));
  }

  /**
   * A wafer that is ready to be stored.
   *
   * @param known whether it is stored already; then it has no image here
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Ready(PredictionMessage prediction, byte[] image, boolean known) {}

  private void upload(Exchange exchange) throws IOException {
    DeviceName device = new DeviceName(required(exchange, "fab"), required(exchange, "camera"));
    String name = fileName(exchange);
    ReadOptions options = options(exchange);
    ZoneId zone = zone(exchange);
    exchange.requireContentType("application/octet-stream");
    ServedModel served =
        model
            .get()
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.NO_MODEL, "the hub has no model to classify with"));
    if (!places.tryAcquire()) {
      throw ProblemException.tooMany(
          "%d uploads are being read, which is the limit".formatted(AT_ONCE), RETRY_AFTER);
    }
    try {
      byte[] file = exchange.fileBody(config.maxBytes());
      if (file.length == 0) {
        throw new ProblemException(Problem.BAD_BODY, "the body must be a file, it is empty");
      }
      ReadUpload read = ReadUpload.of(name, file, options, config.maxWafers());
      List<Ready> ready = ready(device, name, zone, served, read.wafers());
      store(ready);
      note(exchange, device, name, ready);
      boolean news = ready.stream().anyMatch(wafer -> !wafer.known());
      exchange.json(news ? 201 : 200, json(read, ready));
    } finally {
      places.release();
    }
  }

  private List<Ready> ready(
      DeviceName device, String name, ZoneId zone, ServedModel served, List<WaferRecord> wafers) {
    List<Ready> ready = new ArrayList<>();
    long now = clock.millis();
    for (int i = 0; i < wafers.size(); i++) {
      WaferRecord record = wafers.get(i);
      InspectionName inspection = InspectionName.of(device, name, record, i, zone, now);
      // A file without times has the same name again, but another time: that of its first upload.
      Optional<Classification> before =
          inspection.timestampMillis() == now
              ? classifications.newest(device, inspection.imgid())
              : classifications.find(inspection.imgid(), inspection.timestampMillis());
      ready.add(
          before
              .map(UploadRoutes::known)
              .orElseGet(() -> classified(device, inspection, served, record)));
    }
    return ready;
  }

  private static Ready known(Classification stored) {
    return new Ready(
        PredictionMessage.of(
            stored.device(),
            stored.imgid(),
            stored.timestampMillis(),
            stored.prediction(),
            stored.probability()),
        new byte[0],
        true);
  }

  private static Ready classified(
      DeviceName device, InspectionName inspection, ServedModel served, WaferRecord record) {
    Prediction prediction = served.classify(record.map());
    ObjectNode more = Json.object().put("model", served.id());
    ObjectNode probabilities = more.putObject("probabilities");
    prediction.probabilities().entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .limit(Limits.MAX_LABELS)
        .forEach(entry -> probabilities.put(entry.getKey(), entry.getValue()));
    // Read leniently, so that what no message can carry is left out.
    AssessmentFields.write(AssessmentFields.read(PredictionJson.json(served, prediction)), more);
    WaferFactsFields.write(WaferFacts.of(record), more);
    return new Ready(
        new PredictionMessage(
            new Topic.Prediction(device, inspection.imgid()),
            inspection.timestampMillis(),
            prediction.label(),
            prediction.probability(),
            more),
        WaferImages.toPng(record.map()),
        false);
  }

  /** Images first, as agents send them: nobody hears of a wafer that cannot be looked at. */
  private void store(List<Ready> ready) {
    List<Ready> news = ready.stream().filter(wafer -> !wafer.known()).toList();
    try {
      await(
          news.stream()
              .map(
                  wafer ->
                      ImageMessage.of(
                          wafer.prediction().device(),
                          wafer.prediction().imgid(),
                          wafer.prediction().timestampMillis(),
                          wafer.image()))
              .map(image -> messages.submit(image.topic().toString(), image.toPayload()))
              .toList());
      await(
          news.stream()
              .map(Ready::prediction)
              .map(wafer -> messages.submit(wafer.topic().toString(), wafer.toPayload()))
              .toList());
    } catch (HubException e) {
      throw new ProblemException(Problem.NOT_STORED, String.valueOf(e.getMessage()));
    }
  }

  private static void await(List<CompletableFuture<Void>> commits) {
    CompletableFuture<Void> all =
        CompletableFuture.allOf(commits.toArray(CompletableFuture<?>[]::new));
    try {
      all.get(STORING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new HubException(
          "the wafers are not stored after %d s; sent again, each is stored once"
              .formatted(STORING.toSeconds()),
          e);
    } catch (ExecutionException e) {
      throw new HubException("the wafers could not be stored: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException("the hub stops", e);
    }
  }

  private void note(Exchange exchange, DeviceName device, String name, List<Ready> ready) {
    audit.append(
        Actor.of(exchange),
        "wafers.uploaded",
        "camera:" + device,
        AuditLog.detail()
            .put("file", name)
            .put("wafers", ready.size())
            .put("new", ready.stream().filter(wafer -> !wafer.known()).count()));
  }

  private static ObjectNode json(ReadUpload read, List<Ready> ready) {
    ObjectNode json = Json.object();
    ArrayNode items = json.putArray("items");
    for (int i = 0; i < ready.size(); i++) {
      PredictionMessage wafer = ready.get(i).prediction();
      WaferRecord record = read.wafers().get(i);
      ObjectNode item =
          items
              .addObject()
              .put("imgid", wafer.imgid())
              .put("timestamp", wafer.timestampMillis())
              .put("fab", wafer.device().fab())
              .put("camera", wafer.device().camera())
              .put("lot", record.identity().lot())
              .put("wafer", record.identity().wafer())
              .put("prediction", wafer.label())
              .put("probability", wafer.probability())
              .put("stored", !ready.get(i).known())
              .put("url", ImageJson.url(wafer.device(), wafer.imgid(), wafer.timestampMillis()));
      record.warnings().forEach(item.putArray("warnings")::add);
    }
    ArrayNode refused = json.putArray("refused");
    for (WaferRead.Refused one : read.refused()) {
      refused.addObject().put("where", one.where()).put("reason", one.reason());
    }
    return json.put("passedOver", read.passedOver());
  }

  private static String required(Exchange exchange, String parameter) {
    return exchange
        .parameters()
        .name(parameter)
        .orElseThrow(() -> ProblemException.parameter(parameter, parameter + " is missing"));
  }

  /** The file's name is shown and stored, and never a path; one that tries to be is refused. */
  private static String fileName(Exchange exchange) {
    String name =
        exchange
            .parameters()
            .query("name")
            .orElseThrow(() -> ProblemException.parameter("name", "name, the file's, is missing"));
    boolean plain =
        name.length() <= MAX_NAME_CHARS
            && !name.isBlank()
            && !name.startsWith(".")
            && name.codePoints().noneMatch(UploadRoutes::isOdd);
    if (!plain) {
      throw ProblemException.parameter(
          "name",
          "name must be a file's name of 1 to %d characters, without folders, control characters or a leading dot"
              .formatted(MAX_NAME_CHARS));
    }
    return name;
  }

  private static boolean isOdd(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> "/\\:*?\"<>|".indexOf(character) >= 0;
    };
  }

  private ReadOptions options(Exchange exchange) {
    ReadOptions options =
        ReadOptions.DEFAULT
            .withMaxUnpackedBytes(config.maxUnpackedBytes())
            .withPassBins(passBins(exchange));
    return exchange
        .parameters()
        .word("notch", List.of("top", "right", "bottom", "left"))
        .map(WaferFactsFields::side)
        .filter(side -> side != NotchSide.UNKNOWN)
        .map(options::withNotch)
        .orElse(options);
  }

  private static Set<Integer> passBins(Exchange exchange) {
    Set<Integer> bins = new HashSet<>();
    for (String text :
        exchange
            .parameters()
            .query("passBins")
            .map(all -> all.split(",", -1))
            .orElse(new String[0])) {
      String number = text.strip();
      int bin = number.matches("[0-9]{1,5}") ? Integer.parseInt(number) : MAX_BIN + 1;
      if (bin > MAX_BIN || bins.size() == MAX_PASS_BINS) {
        throw ProblemException.parameter(
            "passBins",
            "passBins must be at most %d bins of 0 to %d, separated by commas"
                .formatted(MAX_PASS_BINS, MAX_BIN));
      }
      bins.add(bin);
    }
    return bins;
  }

  private static ZoneId zone(Exchange exchange) {
    Optional<String> text = exchange.parameters().query("timeZone");
    try {
      return text.isPresent() ? ZoneId.of(text.get()) : ZoneOffset.UTC;
    } catch (DateTimeException e) {
      throw ProblemException.parameter(
          "timeZone", "timeZone must be a time zone such as Europe/Berlin");
    }
  }
}
