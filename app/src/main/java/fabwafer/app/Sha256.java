package fabwafer.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** SHA-256 of a data set, for the protocol of what was measured on it. */
final class Sha256 {
  private Sha256() {}

  /**
   * The sum of a file's bytes; of a folder that of the lines {@code <sum> <path>} of all files
   * below it, by rising path with {@code /} between names, as {@code sha256sum} writes them.
   *
   * @return 64 lower-case hexadecimal digits
   */
  static String of(Path source) throws IOException {
    if (!Files.isDirectory(source)) {
      return ofFile(source);
    }
    MessageDigest digest = digest();
    for (String name : names(source)) {
      String line = ofFile(source.resolve(name)) + "  " + name + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static String ofFile(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        DigestInputStream counted = new DigestInputStream(in, digest())) {
      counted.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(counted.getMessageDigest().digest());
    }
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
