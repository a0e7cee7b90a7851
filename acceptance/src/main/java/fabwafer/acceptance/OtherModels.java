package fabwafer.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Models that are the program's own but for their id, and wrong ones where a test asks for it. */
public final class OtherModels {
  /** Field 6 of an ONNX model, a text: another id, the same answers. */
  private static final int DOCUMENTATION = (6 << 3) | 2;

  private OtherModels() {}

  /**
   * The zip of the program's model with another id.
   *
   * @param note makes the id; at most 127 characters
   */
  public static byte[] copy(String note) {
    return confused(note, "Center", "Center");
  }

  /** The same; two of its classes have each other's names. */
  public static byte[] confused(String note, String label, String other) {
    return confused(Program.home().resolve("models/default"), note, label, other);
  }

  /** The same of another model, whose folder is given. */
  public static byte[] confused(Path own, String note, String label, String other) {
    try {
      ByteArrayOutputStream graph = new ByteArrayOutputStream();
      graph.writeBytes(Files.readAllBytes(own.resolve("model.onnx")));
      String id = sha256(graph.toByteArray());
      graph.write(DOCUMENTATION);
      graph.write(note.length());
      graph.writeBytes(note.getBytes(UTF_8));
      String next = sha256(graph.toByteArray());
      String card = Files.readString(own.resolve("model.json")).replace(id, next);
      int classes = card.indexOf(']', card.indexOf("\"classes\""));
      String renamed =
          card.substring(0, classes)
              .replace(quoted(label), "\"?\"")
              .replace(quoted(other), quoted(label))
              .replace("\"?\"", quoted(other));
      ByteArrayOutputStream zip = new ByteArrayOutputStream();
      try (ZipOutputStream out = new ZipOutputStream(zip)) {
        put(out, "model.onnx", graph.toByteArray());
        put(out, "model.json", (renamed + card.substring(classes)).getBytes(UTF_8));
        String vectors = Files.readString(own.resolve("vectors.json")).replace(id, next);
        put(out, "vectors.json", vectors.getBytes(UTF_8));
      }
      return zip.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String quoted(String label) {
    return '"' + label + '"';
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
    zip.closeEntry();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
