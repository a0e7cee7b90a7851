package fabwafer.training;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import java.nio.file.Path;

/**
 * The numeric engine, PyTorch by DJL: started once a process, without any network access. Its
 * native library lies in a jar and is unpacked into a cache folder the first time.
 */
final class Torch {
  private Torch() {}

  /**
   * Starts the engine. Properties that the program's launcher has set are kept.
   *
   * @throws TrainingException if the native library is not there for this platform
   */
  static Engine engine() {
    setUnlessSet("ai.djl.offline", "true");
    setUnlessSet("OPT_OUT_TRACKING", "true");
    setUnlessSet("PYTORCH_FLAVOR", "cpu");
    if (System.getenv("DJL_CACHE_DIR") == null) {
      setUnlessSet("DJL_CACHE_DIR", cache().toString());
    }
    try {
      return Engine.getEngine("PyTorch");
    } catch (EngineException | UnsatisfiedLinkError e) {
      throw new TrainingException(
          "training needs PyTorch's native library, which is here for Linux on x86-64 only: "
              + e.getMessage(),
          e);
    }
  }

  /** The folder that the program's launcher names too. */
  private static Path cache() {
    String caches = System.getenv("XDG_CACHE_HOME");
    Path folder =
        caches == null ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(caches);
    return folder.resolve("fabwafer");
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
