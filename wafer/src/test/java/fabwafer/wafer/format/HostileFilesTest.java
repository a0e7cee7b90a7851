package fabwafer.wafer.format;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Damaged and made-up files of every format: wafers, or a clear refusal; nothing else. */
class HostileFilesTest {
  private static final WaferMap WAFER = FabFiles.wafer();
  private static final List<byte[]> FILES =
      List.of(
          FabFiles.bytes(FabFiles.textMap(WAFER, "180___(DOWN)", "W1")),
          FabFiles.bytes(FabFiles.sinf(WAFER, 90)),
          FabFiles.bytes(FabFiles.g85(WAFER, 0, 2)),
          FabFiles.bytes(FabFiles.e142(WAFER, 90, "UpLeft", true)),
          FabFiles.bytes(FabFiles.klarf(WAFER, "LEFT", false)),
          FabFiles.resource("btrapp-klarfWithImagelist.klarf"),
          FabFiles.resource("btrapp-simple18.klarf"),
          FabFiles.resource("btrapp-klarf12DefectListExample.klarf"),
          new FabFiles.Stdf(ByteOrder.LITTLE_ENDIAN)
              .lot("L", "P")
              .configuration('L', 'L', 'U')
              .wafer(WAFER, "W", false, true)
              .hardBin(1, 9, 'P', "good")
              .file(),
          FabFiles.bytes("lot,wafer,x,y,bin\nL,1,-1,0,1\nL,1,0,0,7\nL,1,0,1,1\n"),
          FabFiles.bytes("0,1,2,0\n1,1,1,2\n1,1,1,1\n"),
          FabFiles.bytes("{\"lot\":\"L\",\"dies\":[{\"x\":-5,\"y\":2,\"bin\":1}]}"),
          FabFiles.zip(Map.of("a.txt", FabFiles.bytes(FabFiles.textMap(WAFER, "0", "W")))),
          FabFiles.gzip(FabFiles.bytes(FabFiles.sinf(WAFER, 0))),
          FabFiles.drawing(WAFER, "png"),
          FabFiles.drawing(WAFER, "tiff"),
          FabFiles.drawing(WAFER, "gif"),
          FabFiles.drawing(WAFER, "bmp"));

  @Provide
  Arbitrary<byte[]> files() {
    return Arbitraries.of(FILES);
  }

  @Property(tries = 1_500)
  void flippedBits(@ForAll("files") byte[] file, @ForAll long seed) {
    Random random = new Random(seed);
    byte[] damaged = file.clone();
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
    }
    readOrRefused(damaged);
  }

  @Property(tries = 600)
  void cutOff(@ForAll("files") byte[] file, @ForAll long seed) {
    readOrRefused(Arrays.copyOf(file, new Random(seed).nextInt(file.length)));
  }

  @Property(tries = 1_000)
  void piecesSwappedAndRepeated(@ForAll("files") byte[] file, @ForAll long seed) {
    Random random = new Random(seed);
    byte[] damaged = file.clone();
    int length = random.nextInt(1, Math.min(40, file.length));
    int from = random.nextInt(file.length - length + 1);
    int to = random.nextInt(file.length - length + 1);
    System.arraycopy(file, from, damaged, to, length);
    readOrRefused(damaged);
  }

  @Property(tries = 600)
  void noiseBehindARealHead(@ForAll("files") byte[] file, @ForAll long seed) {
    Random random = new Random(seed);
    int head = random.nextInt(Math.min(200, file.length));
    byte[] noise = new byte[random.nextInt(2_000)];
    random.nextBytes(noise);
    byte[] made = Arrays.copyOf(file, head + noise.length);
    System.arraycopy(noise, 0, made, head, noise.length);
    readOrRefused(made);
  }

  @Property(tries = 500)
  void numbersMadeHuge(@ForAll("files") byte[] file, @ForAll long seed) {
    Random random = new Random(seed);
    byte[] damaged = file.clone();
    for (int i = 0; i < damaged.length; i++) {
      if (damaged[i] >= '0' && damaged[i] <= '9' && random.nextInt(10) == 0) {
        damaged[i] = '9';
      }
    }
    readOrRefused(damaged);
  }

  private static void readOrRefused(byte[] file) {
    try {
      for (WaferRead read : FabFiles.readAll("hostile", file, ReadOptions.DEFAULT)) {
        switch (read) {
          case WaferRead.Wafer wafer -> assertThat(wafer.record().map().dies()).isPositive();
          case WaferRead.Refused refused -> assertThat(refused.reason()).isNotBlank();
          case WaferRead.PassedOver passed -> assertThat(passed.reason()).isNotBlank();
        }
      }
    } catch (WaferException e) {
      assertThat(e).hasMessageStartingWith("hostile: ");
    }
  }
}
