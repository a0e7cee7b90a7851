package fabwafer.fuzz;

/** Where the fuzzer comes in: {@code -Dfabwafer.fuzz.target} names the target. */
public final class Fuzzed {
  private static final Target TARGET = Target.of(System.getProperty("fabwafer.fuzz.target", ""));

  private Fuzzed() {}

  /** One input; what it throws is a find. */
  public static void fuzzerTestOneInput(byte[] input) {
    TARGET.take(input);
  }
}
