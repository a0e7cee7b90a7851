package fabwafer.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the fuzzer starts from and what it once found; and some thousand inputs near to them. */
class SeedsTest {
  private static final Path SEEDS = Path.of("seeds");
  private static final int NEAR_INPUTS = 400;
  private static final int SHOWN_BYTES = 200;

  @ParameterizedTest
  @EnumSource(Target.class)
  void seedsAndInputsNearThem_areReadOrRefused(Target target) throws IOException {
    List<byte[]> seeds = seeds(target);
    assertThat(seeds).as(target.word()).isNotEmpty();
    seeds.forEach(seed -> read(target, seed));
    Random random = new Random(target.word().hashCode());
    for (int i = 0; i < NEAR_INPUTS; i++) {
      read(target, near(seeds.get(random.nextInt(seeds.size())), random));
    }
  }

  private static void read(Target target, byte[] input) {
    assertThatCode(() -> target.take(input))
        .as(
            "%s, %,d bytes: %s",
            target.word(),
            input.length,
            HexFormat.of().formatHex(input, 0, Math.min(SHOWN_BYTES, input.length)))
        .doesNotThrowAnyException();
  }

  /** A seed with some bits flipped, a piece moved or repeated, or its end cut off. */
  private static byte[] near(byte[] seed, Random random) {
    byte[] near = seed.clone();
    if (near.length == 0) {
      return near;
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      near[random.nextInt(near.length)] ^= (byte) (1 << random.nextInt(8));
    }
    if (random.nextInt(3) == 0) {
      int length = random.nextInt(Math.min(near.length, 32) + 1);
      int from = random.nextInt(near.length - length + 1);
      System.arraycopy(seed, from, near, random.nextInt(near.length - length + 1), length);
    }
    return random.nextInt(4) == 0
        ? java.util.Arrays.copyOf(near, random.nextInt(near.length))
        : near;
  }

  private static List<byte[]> seeds(Target target) throws IOException {
    try (Stream<Path> files = Files.list(SEEDS.resolve(target.word()))) {
      return files.sorted().map(SeedsTest::bytes).toList();
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
