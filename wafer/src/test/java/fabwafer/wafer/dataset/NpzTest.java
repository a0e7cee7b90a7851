package fabwafer.wafer.dataset;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpzTest {
  private static final WaferMap WIDE = WaferMap.of(2, 3, new byte[] {1, 2, 0, 1, 1, 1});
  private static final WaferMap TALL = WaferMap.of(2, 1, new byte[] {2, 1});

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"stacked-c.npz", "stacked-fortran.npz"})
  void read_honoursTheArrayOrderOfNumPy(String file) throws Exception {
    WaferDataset dataset = WaferDatasets.read(resource(file));
    assertThat(dataset.labelling()).isEqualTo(Labelling.MULTIPLE);
    assertThat(dataset.wafers())
        .extracting(LabelledWafer::wafer)
        .containsExactly(
            WaferMap.of(2, 4, new byte[] {0, 1, 2, 1, 1, 1, 1, 0}),
            WaferMap.of(2, 4, new byte[] {1, 1, 1, 1, 2, 2, 1, 0}),
            WaferMap.of(2, 4, new byte[] {0, 2, 0, 1, 1, 0, 2, 0}));
    assertThat(dataset.wafers())
        .extracting(LabelledWafer::labels)
        .containsExactly("none", "Scratch", "Center+Random");
  }

  @Test
  void read_takesWafersFromWhereverTheirOffsetSays() throws Exception {
    WaferDataset dataset = WaferDatasets.read(resource("ragged.npz"));
    assertThat(dataset.labelling()).isEqualTo(Labelling.SINGLE);
    assertThat(dataset.wafers())
        .containsExactly(
            new LabelledWafer(TALL, Set.of(DefectPattern.NONE), 5, 2, Split.UNSPLIT, "row000077"),
            new LabelledWafer(
                WIDE, Set.of(DefectPattern.EDGE_RING), 6, 0, Split.UNSPLIT, "row001234"));
  }

  @Test
  void column_givesWhatAWaferDoesNotKeep_inTheOrderOfTheDataSet() throws Exception {
    Path file = resource("ragged.npz");
    WaferDataset dataset = WaferDatasets.read(file);
    assertThat(WaferDatasets.column(file, "row", dataset.size()).orElseThrow())
        .containsExactly(77, 1234);
    assertThat(WaferDatasets.column(file, "official_training", dataset.size())).isEmpty();
    assertThat(WaferDatasets.column(folder, "row", 2)).isEmpty();
    Path other = Files.writeString(folder.resolve("wafers.parquet"), "PAR1");
    assertThat(WaferDatasets.column(other, "row", 2)).isEmpty();
    assertThatThrownBy(() -> WaferDatasets.column(file, "row", 3))
        .isInstanceOf(WaferException.class)
        .hasMessageContaining("row.npy");
  }

  @Test
  void read_saysThatFloatsAreNoDies() {
    assertThatThrownBy(() -> WaferDatasets.read(resource("floats.npz")))
        .isInstanceOf(WaferException.class)
        .hasMessage("floats.npz: arr_0.npy: values must be integers or booleans, got <f8");
  }

  @Test
  void write_keepsWhatIsKnownOfSinglePatternWafers() throws IOException {
    WaferDataset dataset =
        new WaferDataset(
            "set.npz",
            Labelling.SINGLE,
            List.of(
                new LabelledWafer(
                    WIDE, Set.of(DefectPattern.SCRATCH), 1, 7, Split.UNSPLIT, "row000004"),
                new LabelledWafer(
                    TALL, Set.of(DefectPattern.NONE), 2, -1, Split.UNSPLIT, "row000009")));
    assertThat(written(dataset)).isEqualTo(dataset);
  }

  @Test
  void write_keepsSetsOfPatternsWhateverTheSizes() throws IOException {
    LabelledWafer both =
        new LabelledWafer(
            WIDE,
            Set.of(DefectPattern.RANDOM, DefectPattern.SCRATCH),
            -1,
            -1,
            Split.UNSPLIT,
            "wafer000000");
    LabelledWafer none = LabelledWafer.of(TALL, DefectPattern.NONE, "wafer000001");
    WaferDataset ragged = new WaferDataset("set.npz", Labelling.MULTIPLE, List.of(both, none));
    WaferDataset stacked = new WaferDataset("set.npz", Labelling.MULTIPLE, List.of(both));
    assertThat(written(ragged)).isEqualTo(ragged);
    assertThat(written(stacked)).isEqualTo(stacked);
  }

  @Test
  void write_givesTheSameBytesTwice() throws IOException {
    WaferDataset dataset =
        new WaferDataset(
            "set", Labelling.SINGLE, List.of(LabelledWafer.of(WIDE, DefectPattern.LOC, "a")));
    WaferDatasets.writeNpz(dataset, folder.resolve("a.npz"));
    WaferDatasets.writeNpz(dataset, folder.resolve("b.npz"));
    assertThat(folder.resolve("a.npz")).hasSameBinaryContentAs(folder.resolve("b.npz"));
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void read_refusesAHugeShapeBeforeItAllocates() throws IOException {
    Path bomb =
        npz(
            Map.of(
                "arr_0",
                npy("|u1", "(2000000, 4096, 4096)", 8),
                "arr_1",
                npy("|u1", "(2000000, 8)", 8)));
    assertThatThrownBy(() -> WaferDatasets.read(bomb))
        .isInstanceOf(WaferException.class)
        .hasMessageContaining("a data set must have at most");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"(2000001, 1, 1)", "(0, 2, 2)", "(1, 99999, 1)", "(99999999999, 2, 2)", "(4, 4)"})
  void read_refusesAShapeNoDataSetHas(String shape) throws IOException {
    Path file = npz(Map.of("arr_0", npy("|u1", shape, 4), "arr_1", npy("|u1", "(1, 8)", 8)));
    assertThatThrownBy(() -> WaferDatasets.read(file)).isInstanceOf(WaferException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"|O", "<f4", "<U3", "|V4", "<c16", ""})
  void read_refusesTypesThatAreNoIntegers(String type) throws IOException {
    Path file = npz(Map.of("arr_0", npy(type, "(1, 2, 2)", 4), "arr_1", npy("|u1", "(1, 8)", 8)));
    assertThatThrownBy(() -> WaferDatasets.read(file))
        .isInstanceOf(WaferException.class)
        .hasMessageContaining("must be integers");
  }

  @Test
  void read_refusesValuesThatEndEarlyOrGoOn() throws IOException {
    for (byte[] values : List.of(new byte[] {1, 1, 1}, new byte[] {1, 1, 1, 1, 1})) {
      Path file =
          npz(Map.of("arr_0", npyOf("|u1", "(1, 2, 2)", values), "arr_1", npy("|u1", "(1, 8)", 8)));
      assertThatThrownBy(() -> WaferDatasets.read(file))
          .isInstanceOf(WaferException.class)
          .hasMessageContaining("last value");
    }
  }

  @Test
  void read_refusesWafersThatShareCells() throws IOException {
    Path file = npz(ragged("(2,)", new byte[] {0, 1}, (byte) 2, (byte) 8));
    assertThatThrownBy(() -> WaferDatasets.read(file))
        .isInstanceOf(WaferException.class)
        .hasMessageContaining("wafer 1 starts at cell 1, which overlaps");
  }

  @Test
  void read_saysWhichWaferHasAnUnknownLabel() throws IOException {
    Path file = npz(ragged("(2,)", new byte[] {0, 2}, (byte) 2, (byte) 9));
    assertThatThrownBy(() -> WaferDatasets.read(file))
        .isInstanceOf(WaferException.class)
        .hasMessageEndingWith("wafer 0: label must be 0 to 8, got 9");
  }

  @Test
  void read_refusesADamagedArchive() throws Exception {
    byte[] whole = Files.readAllBytes(resource("ragged.npz"));
    for (int length = 0; length < whole.length; length += 97) {
      Path file = folder.resolve("short.npz");
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> WaferDatasets.read(file)).isInstanceOf(WaferException.class);
    }
  }

  @Test
  void read_noticesAFlippedBit() throws Exception {
    byte[] whole = Files.readAllBytes(resource("stacked-c.npz"));
    // Stored, not deflated: the last cell of arr_0 stands right before the next entry's header.
    int at = new String(whole, ISO_8859_1).indexOf("PK", 4) - 4;
    whole[at] ^= 1;
    Path file = folder.resolve("flipped.npz");
    Files.write(file, whole);
    assertThatThrownBy(() -> WaferDatasets.read(file))
        .isInstanceOf(WaferException.class)
        .hasMessageContaining("checksum");
  }

  @Test
  void read_namesTheArraysThatAreMissing() throws IOException {
    Path file = npz(Map.of("images", npy("|u1", "(1,)", 1)));
    assertThatThrownBy(() -> WaferDatasets.read(file))
        .isInstanceOf(WaferException.class)
        .hasMessageContaining("it has [images]");
  }

  @Test
  void read_tellsAMissingFileFromABadOne() {
    assertThatThrownBy(() -> WaferDatasets.read(folder.resolve("nowhere.npz")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void commonMask_dropsOutliersAndFillsHoles() {
    WaferDataset dataset =
        new WaferDataset(
            "set",
            Labelling.MULTIPLE,
            List.of(
                LabelledWafer.of(WaferMap.of(1, 3, new byte[] {0, 1, 2}), DefectPattern.NONE, "a"),
                LabelledWafer.of(WaferMap.of(1, 3, new byte[] {0, 2, 0}), DefectPattern.NONE, "b"),
                LabelledWafer.of(
                    WaferMap.of(1, 3, new byte[] {2, 1, 1}), DefectPattern.RANDOM, "c")));
    WaferDataset forced = DieMask.common(dataset).forceAll(dataset);
    assertThat(forced.wafers())
        .extracting(LabelledWafer::wafer)
        .containsExactly(
            WaferMap.of(1, 3, new byte[] {0, 1, 2}),
            WaferMap.of(1, 3, new byte[] {0, 2, 1}),
            WaferMap.of(1, 3, new byte[] {0, 1, 1}));
    assertThat(forced.get(2).label()).isEqualTo(DefectPattern.RANDOM);
  }

  private WaferDataset written(WaferDataset dataset) throws IOException {
    Path file = folder.resolve("set.npz");
    WaferDatasets.writeNpz(dataset, file);
    return WaferDatasets.read(file);
  }

  private static Map<String, byte[]> ragged(String shape, byte[] offset, byte height, byte label) {
    Map<String, byte[]> arrays = new LinkedHashMap<>();
    arrays.put("cells", npyOf("|u1", "(4,)", new byte[] {1, 1, 1, 1}));
    arrays.put("offset", npyOf("|u1", shape, offset));
    arrays.put("height", npyOf("|u1", shape, new byte[] {height, height}));
    arrays.put("width", npyOf("|u1", shape, new byte[] {1, 1}));
    arrays.put("label", npyOf("|u1", shape, new byte[] {label, 8}));
    return arrays;
  }

  private Path npz(Map<String, byte[]> arrays) throws IOException {
    Path file = folder.resolve("made.npz");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
        zip.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
        zip.write(array.getValue());
      }
    }
    return file;
  }

  private static byte[] npy(String type, String shape, int zeros) {
    return npyOf(type, shape, new byte[zeros]);
  }

  private static byte[] npyOf(String type, String shape, byte[] values) {
    String literal =
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(type, shape);
    byte[] start =
        ("\u0093NUMPY\u0001\u0000" + (char) literal.length() + "\u0000" + literal)
            .getBytes(ISO_8859_1);
    byte[] array = Arrays.copyOf(start, start.length + values.length);
    System.arraycopy(values, 0, array, start.length, values.length);
    return array;
  }

  private static Path resource(String file) throws URISyntaxException {
    return Path.of(Objects.requireNonNull(NpzTest.class.getResource(file), file).toURI());
  }
}
