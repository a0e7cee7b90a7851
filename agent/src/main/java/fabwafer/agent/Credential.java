package fabwafer.agent;

import fabwafer.protocol.tls.PeerTls;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an agent is known by at the hub's broker: a folder with its key, its certificate, the hub's
 * authority and who it is. {@link Enrolment} makes it.
 *
 * @param folder holds {@code key.pem}, {@code certificate.pem}, {@code ca.pem}, {@code
 *     device.json}, {@code model-key.pem} of hubs that send models, and {@code https-ca.pem} where
 *     the operator named whom the hub's HTTPS certificate comes from
 * @param device the agent's name at the hub
 * @param fab whose cameras it may speak for
 * @param hub the hub's address, http or https, where the certificate is renewed
 * @param brokerPort where the hub's own broker takes devices by TLS, if it does
 */
public record Credential(
    Path folder, String device, String fab, URI hub, Optional<Integer> brokerPort) {
  static final String KEY = "key.pem";
  static final String CERTIFICATE = "certificate.pem";
  static final String AUTHORITY = "ca.pem";
  static final String HTTPS_AUTHORITIES = "https-ca.pem";
  static final String MODEL_KEY = "model-key.pem";
  private static final String DEVICE = "device.json";
  private static final int MAX_PORT = 65_535;
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Reads a folder.
   *
   * @throws AgentException if an agent never enrolled there, or a file cannot be used
   */
  public static Credential read(Path folder) {
    Path file = folder.resolve(DEVICE);
    try {
      JsonNode device = JSON.readTree(Files.readString(file, StandardCharsets.UTF_8));
      int port = device.path("brokerTlsPort").asInt(0);
      Credential read =
          new Credential(
              folder,
              text(file, device, "device"),
              text(file, device, "fab"),
              URI.create(text(file, device, "hub")),
              port >= 1 && port <= MAX_PORT ? Optional.of(port) : Optional.empty());
      return read;
    } catch (NoSuchFileException e) {
      throw new AgentException(
          folder + " holds no credential: 'fabwafer agent enrol' makes one", e);
    } catch (IOException | JacksonException | IllegalArgumentException e) {
      throw new AgentException(file + " cannot be used: " + e.getMessage(), e);
    }
  }

  /**
   * What its connections trust and show.
   *
   * @throws fabwafer.protocol.tls.TlsException if a file is missing or broken
   */
  public PeerTls tls() {
    return new PeerTls(
        Optional.of(folder.resolve(AUTHORITY)),
        Optional.of(new PeerTls.Identity(folder.resolve(CERTIFICATE), folder.resolve(KEY))));
  }

  /** The file of the key that signs this hub's models, if the hub told it at the enrolment. */
  public Optional<Path> modelKey() {
    return Optional.of(folder.resolve(MODEL_KEY)).filter(Files::isRegularFile);
  }

  /** Writes who it is; the last of the files, for with it the folder is a credential. */
  void write() throws IOException {
    var fields =
        JSON.createObjectNode().put("device", device).put("fab", fab).put("hub", hub.toString());
    brokerPort.ifPresent(port -> fields.put("brokerTlsPort", port));
    write(DEVICE, JSON.writeValueAsString(fields) + "\n");
  }

  /** Writes one of its files, readable by its owner alone. */
  void write(String name, String text) throws IOException {
    prepare(folder);
    DurableFiles.write(
        folder.resolve(name), ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    if (isPosix()) {
      Files.setPosixFilePermissions(
          folder.resolve(name), PosixFilePermissions.fromString("rw-------"));
    }
  }

  /** Makes a folder that only its owner may enter: so its files are never anyone else's. */
  private void prepare(Path made) throws IOException {
    Files.createDirectories(made);
    if (isPosix()) {
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwx------"));
    }
  }

  private boolean isPosix() {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static String text(Path file, JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.isString() || value.stringValue().isEmpty()) {
      throw new AgentException(file + " has no " + field + "; enrol again");
    }
    return value.stringValue();
  }
}
