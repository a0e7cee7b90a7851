package fabwafer.agent.model;

import fabwafer.agent.DurableFiles;
import fabwafer.classifier.ModelCard;
import fabwafer.protocol.DeviceName;
import fabwafer.protocol.model.ModelManifest;
import fabwafer.protocol.model.ModelManifest.ModelFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Models on the agent's disk. {@code parts/} holds files on their way, {@code packages/<id>/} whole
 * models, {@code cameras/<fab>/<camera>.json} which of them a camera uses. For the models' thread.
 */
final class ModelFolder {
  private static final String PART = ".part";

  private final Path folder;
  private final Path parts;
  private final Path packages;

  /** Opens a folder; makes it where needed. */
  ModelFolder(Path folder) throws IOException {
    this.folder = folder;
    this.parts = Files.createDirectories(folder.resolve("parts"));
    this.packages = Files.createDirectories(folder.resolve("packages"));
  }

  /** Where a model lies, or would. */
  Path packageOf(ModelManifest manifest) {
    return packages.resolve(manifest.packageId());
  }

  /** Whether all files of a model are here as its manifest says. */
  boolean isWhole(ModelManifest manifest) throws IOException {
    Path whole = packageOf(manifest);
    for (ModelFile file : manifest.files()) {
      if (!isThis(whole.resolve(file.name()), file)) {
        return false;
      }
    }
    return true;
  }

  /** The next file that is to be fetched; empty: all are here. */
  Optional<ModelFile> nextMissing(ModelManifest manifest) throws IOException {
    for (String name : ModelManifest.FILE_NAMES) {
      ModelFile file = fileOf(manifest, name);
      if (!Files.exists(parts.resolve(file.sha256())) && !copyFromAnother(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private static ModelFile fileOf(ModelManifest manifest, String name) {
    return manifest.files().stream()
        .filter(file -> file.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** A model that differs in its card alone brings the same graph: it need not travel again. */
  private boolean copyFromAnother(ModelFile wanted) throws IOException {
    try (Stream<Path> others = Files.list(packages)) {
      for (Path other : others.toList()) {
        Path file = other.resolve(wanted.name());
        if (Files.isRegularFile(file)
            && Files.size(file) == wanted.bytes()
            && isThis(file, wanted)) {
          Path copy = parts.resolve(wanted.sha256() + DurableFiles.UNFINISHED);
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
          Files.move(copy, parts.resolve(wanted.sha256()), StandardCopyOption.ATOMIC_MOVE);
          return true;
        }
      }
    }
    return false;
  }

  /** How many bytes of a file are here. */
  long received(ModelFile file) throws IOException {
    Path part = part(file);
    if (Files.exists(parts.resolve(file.sha256()))) {
      return file.bytes();
    }
    return Files.exists(part) ? Math.min(Files.size(part), file.bytes()) : 0;
  }

  /** How many bytes of a model are here. */
  long received(ModelManifest manifest) throws IOException {
    if (Files.isDirectory(packageOf(manifest))) {
      return manifest.bytes();
    }
    long received = 0;
    for (ModelFile file : manifest.files()) {
      received += received(file);
    }
    return received;
  }

  /**
   * Adds a chunk at the end of a file's part.
   *
   * @return false where it does not follow what is there, or would be too long
   */
  boolean append(ModelFile file, long offset, byte[] chunk) throws IOException {
    long length = received(file);
    if (offset != length || chunk.length == 0 || length + chunk.length > file.bytes()) {
      return false;
    }
    try (FileChannel channel =
        FileChannel.open(part(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.truncate(length);
      channel.position(length);
      ByteBuffer left = ByteBuffer.wrap(chunk);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      if (length + chunk.length == file.bytes()) {
        channel.force(true);
      }
    }
    return true;
  }

  /**
   * Looks at a part that has all its bytes.
   *
   * @return whether it is the file that the manifest names; else it is gone
   */
  boolean finish(ModelFile file) throws IOException {
    Path part = part(file);
    if (Files.exists(parts.resolve(file.sha256()))) {
      return true;
    }
    if (isThis(part, file)) {
      Files.move(part, parts.resolve(file.sha256()), StandardCopyOption.ATOMIC_MOVE);
      return true;
    }
    Files.deleteIfExists(part);
    return false;
  }

  /** Puts the files of a model together; it is there whole or not at all. */
  void assemble(ModelManifest manifest) throws IOException {
    Path whole = packageOf(manifest);
    Path unfinished = packages.resolve(manifest.packageId() + DurableFiles.UNFINISHED);
    delete(unfinished);
    delete(whole);
    Files.createDirectories(unfinished);
    for (ModelFile file : manifest.files()) {
      Files.copy(parts.resolve(file.sha256()), unfinished.resolve(file.name()));
      try (FileChannel channel =
          FileChannel.open(unfinished.resolve(file.name()), StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
    DurableFiles.syncFolder(unfinished);
    Files.move(unfinished, whole, StandardCopyOption.ATOMIC_MOVE);
    DurableFiles.syncFolder(packages);
  }

  /** What a camera was told to use; empty: nothing yet. */
  Optional<byte[]> choice(DeviceName device) throws IOException {
    Path file = choiceFile(device);
    return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
  }

  /** Writes what a camera is to use. Once this returns, every later start goes by it. */
  void choose(DeviceName device, byte[] choice) throws IOException {
    Path file = choiceFile(device);
    Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
    DurableFiles.write(file, ByteBuffer.wrap(choice));
  }

  /**
   * Removes what nobody uses any more.
   *
   * @param usedPackages models that cameras use, or used before
   * @param usedFiles SHA-256 of the files on their way
   */
  void clean(Set<String> usedPackages, Set<String> usedFiles) throws IOException {
    for (Path each : list(packages)) {
      if (!usedPackages.contains(each.getFileName().toString())) {
        delete(each);
      }
    }
    for (Path each : list(parts)) {
      String name = each.getFileName().toString();
      if (!usedFiles.contains(name.replace(PART, ""))) {
        Files.deleteIfExists(each);
      }
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static void delete(Path whole) throws IOException {
    if (Files.isDirectory(whole)) {
      for (Path file : list(whole)) {
        Files.delete(file);
      }
      Files.delete(whole);
    }
  }

  private Path part(ModelFile file) {
    return parts.resolve(file.sha256() + PART);
  }

  private Path choiceFile(DeviceName device) {
    return folder.resolve("cameras").resolve(device.fab()).resolve(device.camera() + ".json");
  }

  private static boolean isThis(Path path, ModelFile file) throws IOException {
    return Files.isRegularFile(path)
        && Files.size(path) == file.bytes()
        && ModelCard.idOf(Files.readAllBytes(path)).equals(file.sha256());
  }
}
