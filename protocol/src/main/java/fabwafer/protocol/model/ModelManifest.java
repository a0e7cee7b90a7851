package fabwafer.protocol.model;

import fabwafer.protocol.DeviceName;
import fabwafer.protocol.Limits;
import fabwafer.protocol.MessageException;
import fabwafer.protocol.Names;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the hub wants a device to classify with: the order that is signed.
 *
 * @param device the one it is for; another refuses it, so that nothing is gained by repeating it
 *     elsewhere
 * @param sequence the hub's number of this order, from 1 on, greater with each: a device takes no
 *     order below the last it followed. To go back to an older model is a new order
 * @param model id of the model: SHA-256 of its ONNX file
 * @param files every file of it, all of {@link #FILE_NAMES}
 * @param architectures the machines it may run on, as Java names them, such as {@code amd64};
 *     empty: any
 * @param probation how many wafers the device also shows to the model before, 0 to {@link
 *     #MAX_PROBATION}
 * @param created when the order was given
 */
public record ModelManifest(
    DeviceName device,
    long sequence,
    String model,
    List<ModelFile> files,
    List<String> architectures,
    int probation,
    Instant created) {
  /** The files of a model, in the order in which they travel: the smallest first. */
  public static final List<String> FILE_NAMES = List.of("model.json", "vectors.json", "model.onnx");

  /** Most bytes of one file: what a classifier opens at most. */
  public static final long MAX_FILE_BYTES = 256L * 1024 * 1024;

  /** Most wafers that are shown to two models: it doubles the work. */
  public static final int MAX_PROBATION = 1_000_000;

  private static final int MAX_ARCHITECTURES = 16;
  private static final int MAX_WORD_CHARS = 32;
  private static final int SHA_CHARS = 64;
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  /**
   * One file.
   *
   * @param name one of {@link #FILE_NAMES}
   * @param bytes its size, 1 to {@link #MAX_FILE_BYTES}
   * @param sha256 64 lower-case hexadecimal digits
   */
  public record ModelFile(String name, long bytes, String sha256) {
    public ModelFile {
      if (!FILE_NAMES.contains(name)) {
        throw new MessageException("a model has the files %s alone".formatted(FILE_NAMES));
      }
      if (bytes < 1 || bytes > MAX_FILE_BYTES) {
        throw new MessageException(
            "%s must have 1 to %,d bytes, got %,d".formatted(name, MAX_FILE_BYTES, bytes));
      }
      requireSha256(name, sha256);
    }
  }

  public ModelManifest {
    if (sequence < 1) {
      throw new MessageException("sequence must be at least 1, got " + sequence);
    }
    requireSha256("model", model);
    files = List.copyOf(files);
    Set<String> names = new HashSet<>();
    files.forEach(file -> names.add(file.name()));
    if (files.size() != FILE_NAMES.size() || names.size() != FILE_NAMES.size()) {
      throw new MessageException("a model has the files %s, each once".formatted(FILE_NAMES));
    }
    architectures = List.copyOf(architectures);
    if (probation < 0 || probation > MAX_PROBATION) {
      throw new MessageException(
          "probation must be 0 to %,d, got %,d".formatted(MAX_PROBATION, probation));
    }
  }

  /** All bytes that travel. */
  public long bytes() {
    return files.stream().mapToLong(ModelFile::bytes).sum();
  }

  /** The name of exactly these files: the same for every order that wants them. */
  public String packageId() {
    StringBuilder lines = new StringBuilder();
    FILE_NAMES.forEach(
        name ->
            files.stream()
                .filter(file -> file.name().equals(name))
                .forEach(
                    file -> lines.append(name).append(' ').append(file.sha256()).append('\n')));
    return sha256(lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads the bytes that were signed.
   *
   * @throws MessageException if they break a limit
   */
  static ModelManifest parse(byte[] json) {
    ModelJson fields = ModelJson.parse("the manifest", json);
    Instant created;
    try {
      created = Instant.parse(fields.text("created", MAX_WORD_CHARS));
    } catch (DateTimeParseException e) {
      throw new MessageException("the manifest: created must be a time in ISO 8601", e);
    }
    return new ModelManifest(
        new DeviceName(
            Names.requireName("fab", fields.text("fab", Limits.MAX_NAME_CHARS)),
            Names.requireName("camera", fields.text("camera", Limits.MAX_NAME_CHARS))),
        fields.whole("sequence", 1, Long.MAX_VALUE),
        fields.text("model", SHA_CHARS),
        fields.objects("files", FILE_NAMES.size()).stream()
            .map(
                file ->
                    new ModelFile(
                        file.text("name", MAX_WORD_CHARS),
                        file.whole("bytes", 1, MAX_FILE_BYTES),
                        file.text("sha256", SHA_CHARS)))
            .toList(),
        fields.texts("architectures", MAX_ARCHITECTURES, MAX_WORD_CHARS),
        (int) fields.whole("probation", 0, MAX_PROBATION),
        created);
  }

  /** The bytes to be signed, JSON in UTF-8. */
  byte[] toBytes() {
    ObjectNode json =
        ModelJson.MAPPER
            .createObjectNode()
            .put("fab", device.fab())
            .put("camera", device.camera())
            .put("sequence", sequence)
            .put("model", model);
    ArrayNode list = json.putArray("files");
    files.forEach(
        file ->
            list.addObject()
                .put("name", file.name())
                .put("bytes", file.bytes())
                .put("sha256", file.sha256()));
    architectures.forEach(json.putArray("architectures")::add);
    json.put("probation", probation).put("created", created.toString());
    return ModelJson.MAPPER.writeValueAsBytes(json);
  }

  /** SHA-256, 64 lower-case hexadecimal digits. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Holds a text against the form of a SHA-256. */
  static void requireSha256(String field, String value) {
    if (!SHA_256.matcher(value).matches()) {
      throw new MessageException(field + " must be a SHA-256, 64 lower-case hexadecimal digits");
    }
  }
}
