package fabwafer.fuzz;

import fabwafer.agent.SpoolDoor;
import fabwafer.hub.inference.InferenceDoor;
import fabwafer.hub.web.BodyDoor;
import fabwafer.protocol.ImageMessage;
import fabwafer.protocol.MessageException;
import fabwafer.protocol.PredictionMessage;
import fabwafer.protocol.StatusMessage;
import fabwafer.protocol.Topic;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.dataset.WaferDatasets;
import fabwafer.wafer.format.ReadOptions;
import fabwafer.wafer.format.WaferFiles;
import fabwafer.wafer.format.WaferRead;
import fabwafer.wafer.image.WaferImages;
import fabwafer.wafer.pickle.LswmdFile;
import fabwafer.wafer.record.WaferRecordBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What reads bytes that others made. A target returns, or refuses by the exception that its door
 * documents and that is swallowed here; anything else is a find.
 */
enum Target {
  STDF,
  KLARF1,
  KLARF18,
  G85,
  E142,
  SINF,
  TEXTMAP,
  TABLE,
  JSON,
  PACKED,
  PICTURE,
  PNG,
  JPEG,
  NPZ,
  PICKLE,
  IMAGE_MESSAGE,
  PREDICTION_MESSAGE,
  STATUS_MESSAGE,
  REST_BODY,
  INFERENCE,
  SPOOL;

  /**
   * As files are read everywhere, but for the bounds of a grid and of a picture: inputs that are a
   * map of millions of positions, or a picture of as many pixels, would take the fuzzer's time from
   * the others. {@code SeedsTest} reads without these bounds.
   */
  private static final ReadOptions OPTIONS =
      ReadOptions.DEFAULT
          .withMaxPositions(
              Integer.getInteger("fabwafer.fuzz.positions", WaferRecordBuilder.MAX_CELLS))
          .withMaxPixels(Integer.getInteger("fabwafer.fuzz.pixels", WaferImages.MAX_PIXELS));

  /** The name on the command line and of the folder of seeds: {@code image-message}. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Target of(String word) {
    for (Target target : values()) {
      if (target.word().equals(word)) {
        return target;
      }
    }
    throw new IllegalArgumentException("no target '" + word + "'");
  }

  /** Reads an input; whatever this throws is a find. */
  void take(byte[] input) {
    try {
      switch (this) {
        case STDF, KLARF1, KLARF18, G85, E142, SINF, TEXTMAP, TABLE, JSON, PACKED, PICTURE ->
            file(input);
        case PNG, JPEG -> image(input);
        case NPZ -> npz(input);
        case PICKLE -> pickle(input);
        case IMAGE_MESSAGE -> imageMessage(input);
        case PREDICTION_MESSAGE -> predictionMessage(input);
        case STATUS_MESSAGE -> statusMessage(input);
        case REST_BODY -> BodyDoor.take(input);
        case INFERENCE -> InferenceDoor.take(input);
        case SPOOL -> SpoolDoor.take(input);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void file(byte[] input) throws IOException {
    try {
      WaferFiles.read("hostile", new ByteArrayInputStream(input), OPTIONS, Target::whole);
    } catch (WaferException e) {
      requireMessage(e, "hostile: ");
    }
  }

  /** What was handed out must be a wafer that all its readers can use. */
  private static void whole(WaferRead read) {
    if (read instanceof WaferRead.Wafer wafer && wafer.record().map().dies() < 1) {
      throw new IllegalStateException("a wafer without dies: " + wafer.record());
    }
  }

  private static void image(byte[] input) {
    try {
      WaferImages.read("hostile", input);
    } catch (WaferException e) {
      requireMessage(e, "");
    }
  }

  private static void npz(byte[] input) throws IOException {
    Path file = onDisk(input);
    try {
      WaferDatasets.read(file);
    } catch (WaferException e) {
      requireMessage(e, "");
    } finally {
      Files.delete(file);
    }
  }

  private static void pickle(byte[] input) throws IOException {
    Path file = onDisk(input);
    try (LswmdFile rows = LswmdFile.open(file)) {
      for (int row = 0; row < Math.min(rows.rows(), 100); row++) {
        rows.row(row);
      }
    } catch (WaferException e) {
      requireMessage(e, "");
    } finally {
      Files.delete(file);
    }
  }

  private static Path onDisk(byte[] input) throws IOException {
    return Files.write(Files.createTempFile("fuzz", ".bin"), input);
  }

  private static void imageMessage(byte[] input) {
    Topic topic = Topic.parse("fabwafer/faba/camera1/img/img3");
    try {
      ImageMessage message = ImageMessage.parse((Topic.Image) topic, input);
      ImageMessage.parse(message.topic(), message.toPayload());
    } catch (MessageException e) {
      requireMessage(e, "");
    }
  }

  private static void predictionMessage(byte[] input) {
    Topic topic = Topic.parse("fabwafer/faba/camera1/prediction/img3");
    try {
      PredictionMessage message = PredictionMessage.parse((Topic.Prediction) topic, input);
      PredictionMessage.parse(message.topic(), message.toPayload());
    } catch (MessageException e) {
      requireMessage(e, "");
    }
  }

  private static void statusMessage(byte[] input) {
    try {
      StatusMessage.parse(StatusMessage.parse(input).toPayload());
      Topic.parse(new String(input, StandardCharsets.UTF_8));
    } catch (MessageException e) {
      requireMessage(e, "");
    }
  }

  private static void requireMessage(RuntimeException refusal, String start) {
    String message = String.valueOf(refusal.getMessage());
    if (refusal.getMessage() == null || message.isBlank() || !message.startsWith(start)) {
      throw new IllegalStateException("a refusal without a message", refusal);
    }
  }
}
