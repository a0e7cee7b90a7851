package fabwafer.portal;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * An npm package that came as a jar on the class path.
 *
 * @param root its folder in the jar, such as {@code META-INF/resources/webjars/preact/10.28.0}: it
 *     names the version, and holds package.json
 */
record JarPackage(String root) {

  /**
   * Lays the package's files into a folder, once: a folder that holds this version stays as it is.
   *
   * @throws IOException if no jar on the class path holds the package, or it cannot be written
   */
  void unpackTo(Path folder) throws IOException {
    Path stamp = folder.resolveSibling(folder.getFileName() + ".version");
    if (Files.exists(stamp) && Files.readString(stamp).equals(root)) {
      return;
    }
    URL manifest = JarPackage.class.getClassLoader().getResource(root + "/package.json");
    if (manifest == null) {
      throw new IOException("no jar on the class path holds " + root);
    }
    JarURLConnection connection = (JarURLConnection) manifest.openConnection();
    connection.setUseCaches(false);
    try (JarFile jar = connection.getJarFile()) {
      List<JarEntry> files =
          jar.stream().filter(e -> e.getName().startsWith(root + "/") && !e.isDirectory()).toList();
      for (JarEntry file : files) {
        Path target = folder.resolve(file.getName().substring(root.length() + 1)).normalize();
        if (!target.startsWith(folder)) {
          throw new IOException(file.getName() + " leads out of its package");
        }
        Files.createDirectories(target.resolveSibling("."));
        try (var content = jar.getInputStream(file)) {
          Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    Files.writeString(stamp, root);
  }
}
