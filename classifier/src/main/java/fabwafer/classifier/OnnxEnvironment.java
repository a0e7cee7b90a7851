package fabwafer.classifier;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * ONNX Runtime's environment, one a process, which sends nothing to anybody.
 *
 * <p>From 1.29.0 on ONNX Runtime sends telemetry on Linux and macOS as soon as its environment is
 * made, before it can be asked not to; it also writes an identifier of the device to disk. It reads
 * its opt-out from the process's environment, which Java cannot change by itself. The part that
 * collects also overflows the stack of a thread, and so kills the process, where the command line
 * has some thousand characters.
 */
public final class OnnxEnvironment {
  private static final String OPT_OUT = "ORT_DISABLE_TELEMETRY";

  private OnnxEnvironment() {}

  /**
   * The environment; the same one each time.
   *
   * @throws ClassifierException if telemetry cannot be switched off
   */
  public static synchronized OrtEnvironment get() throws OrtException {
    optOut();
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "fabwafer");
    // On Windows this is the switch; elsewhere the environment variable is.
    environment.setTelemetry(false);
    return environment;
  }

  private static void optOut() {
    boolean windows =
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    if (windows || "1".equals(System.getenv(OPT_OUT))) {
      return;
    }
    int failed;
    try {
      failed = setenv(OPT_OUT, "1");
    } catch (Throwable e) {
      throw new ClassifierException(refusal(), e);
    }
    if (failed != 0) {
      throw new ClassifierException(refusal());
    }
  }

  /** POSIX {@code setenv}: 0, or -1 where it failed. */
  @SuppressWarnings("restricted") // the program is started with native access enabled
  private static int setenv(String name, String value) throws Throwable {
    Linker linker = Linker.nativeLinker();
    MethodHandle setenv =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setenv"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      return (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
    }
  }

  private static String refusal() {
    return "cannot keep ONNX Runtime from sending telemetry; start the program with "
        + OPT_OUT
        + "=1 in its environment";
  }
}
