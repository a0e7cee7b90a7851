package fabwafer.hub.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.hub.HubException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a backup holds: {@code manifest.json}, and beside it the file's own SHA-256.
 *
 * @param madeAt when the copy of the database was made
 * @param entries every file but the manifest's two
 */
record Manifest(Instant madeAt, List<Entry> entries) {
  static final String FILE = "manifest.json";
  static final String CHECKSUM_FILE = "manifest.json.sha256";

  private static final int FORM = 1;
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final JsonMapper MAPPER = JsonMapper.shared();

  /**
   * A file.
   *
   * @param path below the backup, with slashes
   * @param sha256 in hexadecimal
   */
  record Entry(String path, long bytes, String sha256) {
    /** Notes a file as it is. */
    static Entry of(Path root, Path file) throws IOException {
      String path = root.relativize(file).toString().replace('\\', '/');
      return new Entry(path, Files.size(file), checksum(file));
    }
  }

  Manifest {
    entries = List.copyOf(entries);
  }

  /** Writes the manifest into a backup, as its last files. */
  void write(Path root) throws IOException {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("form", FORM);
    json.put("madeAt", madeAt.toString());
    ArrayNode list = json.putArray("files");
    for (Entry entry : entries) {
      list.addObject()
          .put("path", entry.path)
          .put("bytes", entry.bytes)
          .put("sha256", entry.sha256);
    }
    Path file = root.resolve(FILE);
    Files.writeString(file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json));
    Files.writeString(root.resolve(CHECKSUM_FILE), checksum(file) + "  " + FILE + "\n");
  }

  /**
   * Reads the manifest of a backup.
   *
   * @throws HubException if there is none, or it is not as it was written
   */
  static Manifest read(Path root) throws IOException {
    Path file = root.resolve(FILE);
    if (!Files.isRegularFile(file) || !Files.isRegularFile(root.resolve(CHECKSUM_FILE))) {
      throw new HubException(root + " is no backup, or one that was not finished: no " + FILE);
    }
    String checksum = Files.readString(root.resolve(CHECKSUM_FILE), UTF_8);
    if (!checksum.startsWith(checksum(file))) {
      throw new HubException(file + " is damaged: its checksum is wrong");
    }
    try {
      JsonNode json = MAPPER.readTree(Files.readString(file, UTF_8));
      if (json.path("form").asInt(0) != FORM) {
        throw new HubException(file + " is of a later release");
      }
      List<Entry> entries = new ArrayList<>();
      for (JsonNode entry : json.path("files")) {
        entries.add(
            new Entry(
                entry.path("path").stringValue(),
                entry.path("bytes").longValue(),
                entry.path("sha256").stringValue()));
      }
      return new Manifest(Instant.parse(json.path("madeAt").stringValue()), entries);
    } catch (JacksonException e) {
      throw new HubException(file + " cannot be read: " + e.getOriginalMessage(), e);
    }
  }

  static String checksum(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sha256.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
