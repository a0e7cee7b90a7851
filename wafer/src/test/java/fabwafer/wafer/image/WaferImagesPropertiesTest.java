package fabwafer.wafer.image;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class WaferImagesPropertiesTest {
  @Property(tries = 300)
  void everyWaferMap_isReadAsItWasWritten(
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 3) int block,
      @ForAll long seed) {
    WaferMap wafer = blocks(height, width, block, seed);
    byte[] png = WaferImages.toPng(wafer);
    assertThat(WaferImages.read("any.png", png)).isEqualTo(wafer);
    assertThat(WaferImages.toPng(wafer)).isEqualTo(png);
  }

  /** Damage whose checksum was made right again, as an attacker would. */
  @Property(tries = 2000)
  void hostilePng_isReadOrRefusedAndNothingElse(
      @ForAll @IntRange(min = 12, max = 200) int at, @ForAll byte value, @ForAll long seed) {
    byte[] png = WaferImages.toPng(blocks(12, 9, 1, seed));
    png[Math.min(at, png.length - 1)] = value;
    repairChecksums(png);
    try {
      assertThat(WaferImages.read("hostile.png", png).dies()).isPositive();
    } catch (WaferException e) {
      assertThat(e).hasMessageStartingWith("hostile.png: ");
    }
  }

  @Property(tries = 500)
  void noise_behindAJpegSignatureIsRefused(@ForAll byte[] noise) {
    byte[] jpeg = new byte[noise.length + 5];
    System.arraycopy(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff}, 0, jpeg, 0, 3);
    System.arraycopy(noise, 0, jpeg, 3, noise.length);
    jpeg[jpeg.length - 2] = (byte) 0xff;
    jpeg[jpeg.length - 1] = (byte) 0xd9;
    try {
      assertThat(WaferImages.read("noise.jpg", jpeg).dies()).isPositive();
    } catch (WaferException e) {
      assertThat(e).hasMessageStartingWith("noise.jpg: ");
    }
  }

  private static WaferMap blocks(int height, int width, int block, long seed) {
    Random random = new Random(seed);
    byte[] cells = new byte[height * block * width * block];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        byte code = (byte) (row + column == 0 ? 1 : random.nextInt(3));
        for (int i = 0; i < block * block; i++) {
          int y = row * block + i / block;
          cells[y * width * block + column * block + i % block] = code;
        }
      }
    }
    return WaferMap.of(height * block, width * block, cells);
  }

  private static void repairChecksums(byte[] png) {
    ByteBuffer file = ByteBuffer.wrap(png);
    int at = 8;
    while (at + 12 <= png.length) {
      int length = file.getInt(at);
      if (length < 0 || length > png.length - at - 12) {
        return;
      }
      CRC32 sum = new CRC32();
      sum.update(png, at + 4, length + 4);
      file.putInt(at + 8 + length, (int) sum.getValue());
      at += length + 12;
    }
  }
}
