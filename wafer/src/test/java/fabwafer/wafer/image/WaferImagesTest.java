package fabwafer.wafer.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WaferImagesTest {
  /** A round wafer of odd sides with every code in it. */
  private static final WaferMap WAFER = round(21, 17);

  @TempDir private Path folder;

  @Test
  void png_isOneGreyPixelADie() throws IOException {
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(WaferImages.toPng(WAFER)));
    assertThat(picture.getType()).isEqualTo(BufferedImage.TYPE_BYTE_GRAY);
    assertThat(picture.getWidth()).isEqualTo(17);
    for (int row = 0; row < WAFER.height(); row++) {
      for (int column = 0; column < WAFER.width(); column++) {
        assertThat(picture.getRaster().getSample(column, row, 0))
            .isEqualTo(127 * WAFER.code(row, column));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"127,254", "1,2", "128,255", "127,255"})
  void read_knowsTheGreyLevelsOfOtherPrograms(int pass, int fail) throws IOException {
    BufferedImage picture = picture(WAFER, 1, BufferedImage.TYPE_BYTE_GRAY);
    level(picture, pass, fail);
    assertThat(read(picture)).isEqualTo(WAFER);
  }

  @ParameterizedTest
  @CsvSource({"127,254", "1,2", "32768,65535", "32639,65278", "32512,65024"})
  void read_knowsThemInSixteenBits(int pass, int fail) throws IOException {
    BufferedImage picture = picture(WAFER, 1, BufferedImage.TYPE_USHORT_GRAY);
    level(picture, pass, fail);
    assertThat(read(picture)).isEqualTo(WAFER);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void read_knowsPalettesOfGrey(int bits) throws IOException {
    byte[] greys = {(byte) 254, 0, 127, 9};
    IndexColorModel model = new IndexColorModel(bits, 4, greys, greys, greys);
    assertThat(read(indexed(model, bits, 1, 2, 0))).isEqualTo(WAFER);
  }

  @Test
  void read_takesIndicesOfAColouredPaletteAsCodes() {
    byte[] png =
        PngWriter.palette(
            WAFER.height(), WAFER.width(), WAFER.cells(), 0x00ffffff, 0xff22aa66, 0xffcc3311);
    assertThat(WaferImages.read("drawn.png", png)).isEqualTo(WAFER);
  }

  @Test
  void read_refusesAColouredPaletteOfManyColours() {
    byte[] pixels = WAFER.cells();
    pixels[0] = 3;
    byte[] png =
        PngWriter.palette(
            WAFER.height(), WAFER.width(), pixels, -1, 0xff22aa66, 0xffcc3311, 0xff000000);
    assertThatThrownBy(() -> WaferImages.read("logo.png", png))
        .isInstanceOf(WaferException.class)
        .hasMessageStartingWith("logo.png: no wafer map: the pixel at row 0, column 0 has colour");
  }

  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_INT_ARGB})
  void read_knowsColourFormsOfGrey(int type) throws IOException {
    assertThat(read(picture(WAFER, 1, type))).isEqualTo(WAFER);
  }

  @Test
  void read_takesTransparentPixelsForNoDie() throws IOException {
    BufferedImage picture = picture(WAFER, 1, BufferedImage.TYPE_INT_ARGB);
    for (int row = 0; row < WAFER.height(); row++) {
      for (int column = 0; column < WAFER.width(); column++) {
        if (WAFER.code(row, column) == 0) {
          picture.setRGB(column, row, 0x00ffaa11);
        }
      }
    }
    assertThat(read(picture)).isEqualTo(WAFER);
    picture.setRGB(8, 8, 0x80fefefe);
    assertThatThrownBy(() -> read(picture)).hasMessageContaining("half-transparent");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7})
  void read_recognisesBlocksOfPixelsAsDies(int side) throws IOException {
    assertThat(read(picture(WAFER, side, BufferedImage.TYPE_BYTE_GRAY))).isEqualTo(WAFER);
  }

  @Test
  void read_recognisesInterlacedPictures() throws IOException {
    BufferedImage picture = picture(WAFER, 1, BufferedImage.TYPE_BYTE_GRAY);
    byte[] png =
        encoded(picture, "png", param -> param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT));
    assertThat(png[28]).as("interlace byte of the header").isEqualTo((byte) 1);
    assertThat(WaferImages.read("interlaced.png", png)).isEqualTo(WAFER);
  }

  @Test
  void jpeg_ofAWaferMapIsRead() throws IOException {
    BufferedImage picture = picture(WAFER, 8, BufferedImage.TYPE_BYTE_GRAY);
    byte[] jpeg = encoded(picture, "jpeg", param -> {});
    assertThat(WaferImages.read("wafer.jpg", jpeg)).isEqualTo(WAFER);
    assertThatThrownBy(() -> WaferImages.read("cut.jpg", Arrays.copyOf(jpeg, jpeg.length - 200)))
        .hasMessage("cut.jpg: the JPEG picture is cut off, or something follows its end");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg"})
  void photo_isToldToBeNoWaferMap(String format) throws IOException {
    BufferedImage photo = new BufferedImage(150, 150, BufferedImage.TYPE_INT_RGB);
    for (int row = 0; row < 150; row++) {
      for (int column = 0; column < 150; column++) {
        photo.setRGB(column, row, new Color(30 + row / 2, 140, 20 + column / 3).getRGB());
      }
    }
    byte[] bytes = encoded(photo, format, param -> {});
    assertThatThrownBy(() -> WaferImages.read("img3", bytes))
        .isInstanceOf(WaferException.class)
        .hasMessageStartingWith("img3: no wafer map: the pixel at row 0, column 0 has the colour");
  }

  @Test
  void hugePng_isRefusedByItsHeader() {
    byte[] png = WaferImages.toPng(WAFER);
    patchHeader(png, 20_000, 20_000, 8, 0);
    assertThatThrownBy(() -> WaferImages.read("huge.png", png))
        .isInstanceOf(WaferException.class)
        .hasMessage(
            "huge.png: a picture must be 1 to 8,192 pixels a side and at most 16,777,216 in all,"
                + " this one is 20,000 x 20,000");
  }

  @ParameterizedTest
  @CsvSource({"-1,5,8,0", "5,0,8,0", "5,5,3,0", "5,5,16,3", "5,5,8,1", "5,5,8,99", "9,9,8,0"})
  void header_thatDoesNotFitIsRefused(int width, int height, int bits, int colourType) {
    byte[] png = WaferImages.toPng(WaferMap.of(1, 1, new byte[] {1}));
    patchHeader(png, width, height, bits, colourType);
    assertThatThrownBy(() -> WaferImages.read("odd.png", png)).isInstanceOf(WaferException.class);
  }

  @Test
  void truncatedPng_isRefusedAtEveryLength() {
    byte[] png = WaferImages.toPng(WAFER);
    for (int length = 0; length < png.length; length++) {
      byte[] cut = Arrays.copyOf(png, length);
      assertThatThrownBy(() -> WaferImages.read("cut.png", cut))
          .isInstanceOf(WaferException.class)
          .hasMessageStartingWith("cut.png: ");
    }
  }

  @Test
  void flippedByte_isNoticedWhereverItIs() {
    byte[] png = WaferImages.toPng(WAFER);
    for (int at = 0; at < png.length; at++) {
      byte[] damaged = png.clone();
      damaged[at] ^= 0x10;
      assertThatThrownBy(() -> WaferImages.read("bad.png", damaged))
          .as("byte %d", at)
          .isInstanceOf(WaferException.class);
    }
  }

  @Test
  void bytesAfterTheEnd_areRefused() {
    byte[] png = WaferImages.toPng(WAFER);
    assertThatThrownBy(() -> WaferImages.read("tail.png", Arrays.copyOf(png, png.length + 3)))
        .hasMessage("tail.png: 3 bytes follow the end of the PNG picture");
  }

  @Test
  void animation_isRefused() {
    byte[] png = WaferImages.toPng(WAFER);
    ByteBuffer animated = ByteBuffer.allocate(png.length + 20);
    animated.put(png, 0, 33).putInt(8).put("acTL".getBytes(ISO_8859_1)).putInt(2).putInt(0);
    CRC32 sum = new CRC32();
    sum.update(animated.array(), 37, 12);
    animated.putInt((int) sum.getValue()).put(png, 33, png.length - 33);
    assertThatThrownBy(() -> WaferImages.read("moving.png", animated.array()))
        .hasMessageContaining("animated");
  }

  @Test
  void emptyFileAndOtherFormats_areRefusedByName() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.png"));
    assertThatThrownBy(() -> WaferImages.read(empty)).hasMessage("empty.png: the file is empty");
    Path text = Files.writeString(folder.resolve("text.png"), "I am no picture");
    assertThatThrownBy(() -> WaferImages.read(text))
        .hasMessage("text.png: neither a PNG nor a JPEG picture");
    assertThatThrownBy(() -> WaferImages.read(folder)).isInstanceOf(WaferException.class);
    assertThatThrownBy(() -> WaferImages.read(folder.resolve("gone.png")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void write_leavesTheFileAlone() throws IOException {
    Path file = folder.resolve("wafer.png");
    WaferImages.write(WAFER, file);
    assertThat(WaferImages.read(file)).isEqualTo(WAFER);
    assertThat(folder).isDirectoryContaining("glob:**/wafer.png");
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  private static WaferMap round(int height, int width) {
    byte[] cells = new byte[height * width];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double y = (row + 0.5) / height * 2 - 1;
        double x = (column + 0.5) / width * 2 - 1;
        boolean fail = (row * 7 + column * 5) % 11 == 0;
        cells[row * width + column] = (byte) (x * x + y * y > 1 ? 0 : fail ? 2 : 1);
      }
    }
    return WaferMap.of(height, width, cells);
  }

  private static BufferedImage picture(WaferMap wafer, int side, int type) {
    BufferedImage picture = new BufferedImage(wafer.width() * side, wafer.height() * side, type);
    boolean grey = type == BufferedImage.TYPE_BYTE_GRAY || type == BufferedImage.TYPE_USHORT_GRAY;
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        int level = 127 * wafer.code(y / side, x / side);
        if (grey) {
          picture.getRaster().setSample(x, y, 0, level);
        } else {
          picture.setRGB(x, y, new Color(level, level, level).getRGB());
        }
      }
    }
    return picture;
  }

  private static void level(BufferedImage picture, int pass, int fail) {
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        int level = picture.getRaster().getSample(x, y, 0);
        picture.getRaster().setSample(x, y, 0, level == 0 ? 0 : level == 127 ? pass : fail);
      }
    }
  }

  private static BufferedImage indexed(
      IndexColorModel model, int bits, int absent, int pass, int fail) {
    int type = bits < 8 ? BufferedImage.TYPE_BYTE_BINARY : BufferedImage.TYPE_BYTE_INDEXED;
    BufferedImage picture = new BufferedImage(WAFER.width(), WAFER.height(), type, model);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        int code = WAFER.code(y, x);
        picture.getRaster().setSample(x, y, 0, code == 0 ? absent : code == 1 ? pass : fail);
      }
    }
    return picture;
  }

  private static WaferMap read(BufferedImage picture) throws IOException {
    return WaferImages.read("test.png", encoded(picture, "png", param -> {}));
  }

  private static byte[] encoded(
      BufferedImage picture, String format, Consumer<ImageWriteParam> options) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam param = writer.getDefaultWriteParam();
      options.accept(param);
      writer.write(null, new IIOImage(picture, null, null), param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static void patchHeader(byte[] png, int width, int height, int bits, int colourType) {
    ByteBuffer file = ByteBuffer.wrap(png);
    file.putInt(16, width).putInt(20, height).put(24, (byte) bits).put(25, (byte) colourType);
    CRC32 sum = new CRC32();
    sum.update(png, 12, 17);
    file.putInt(29, (int) sum.getValue());
  }
}
