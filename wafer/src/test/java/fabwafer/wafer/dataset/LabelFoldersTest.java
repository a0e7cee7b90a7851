package fabwafer.wafer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelFoldersTest {
  private static final WaferMap WAFER = WaferMap.of(2, 3, new byte[] {1, 2, 0, 1, 1, 1});

  @TempDir private Path folder;

  @Test
  void plainFolders_areReadAsTheyWereWritten() throws IOException {
    WaferDataset dataset =
        new WaferDataset(
            String.valueOf(folder.getFileName()),
            Labelling.SINGLE,
            List.of(
                LabelledWafer.of(WAFER, DefectPattern.DONUT, "a"),
                LabelledWafer.of(WAFER, DefectPattern.NONE, "row000007")));
    WaferDatasets.writeFolders(dataset, folder);
    assertThat(folder.resolve("none/row000007.png")).exists();
    assertThat(WaferDatasets.read(folder)).isEqualTo(dataset);
  }

  @Test
  void splitFoldersAndSeveralPatterns_areReadAsTheyWereWritten() throws IOException {
    WaferDataset dataset =
        new WaferDataset(
            String.valueOf(folder.getFileName()),
            Labelling.MULTIPLE,
            List.of(
                new LabelledWafer(
                    WAFER,
                    Set.of(DefectPattern.SCRATCH, DefectPattern.CENTER),
                    -1,
                    -1,
                    Split.TRAIN,
                    "b"),
                new LabelledWafer(WAFER, Set.of(DefectPattern.LOC), -1, -1, Split.TEST, "c")));
    WaferDatasets.writeFolders(dataset, folder);
    assertThat(folder.resolve("train/Center+Scratch/b.png")).exists();
    assertThat(WaferDatasets.read(folder)).isEqualTo(dataset);
  }

  @Test
  void sameFileNameUnderTwoLabels_getsItsFoldersInItsName() throws IOException {
    for (String label : List.of("Loc", "none")) {
      Files.createDirectory(folder.resolve(label));
      WaferImages.write(WAFER, folder.resolve(label).resolve("1.png"));
    }
    assertThat(WaferDatasets.read(folder).wafers())
        .extracting(LabelledWafer::name)
        .containsExactly("1", "none.1");
  }

  @Test
  void everyUnreadablePicture_isToldAtOnce() throws IOException {
    Path none = Files.createDirectory(folder.resolve("none"));
    Files.writeString(none.resolve("text.png"), "no picture");
    Files.createFile(none.resolve("empty.png"));
    Files.writeString(none.resolve("notes.txt"), "passed over");
    Files.createDirectory(folder.resolve("Dunot"));
    WaferImages.write(WAFER, none.resolve("good.png"));
    assertThatThrownBy(() -> WaferDatasets.read(folder))
        .isInstanceOf(WaferException.class)
        .hasMessageContaining("3 problems")
        .hasMessageContaining("Dunot: the folder's name is none of [Center,")
        .hasMessageContaining("none/empty.png: the file is empty")
        .hasMessageContaining("none/text.png: neither");
  }

  @Test
  void folderWithoutWafers_isRefused() {
    assertThatThrownBy(() -> WaferDatasets.read(folder))
        .isInstanceOf(WaferException.class)
        .hasMessageContaining("holds no wafer maps");
  }

  @Test
  void nameThatLeavesTheFolder_isNotWritten() {
    WaferDataset dataset =
        new WaferDataset(
            "x",
            Labelling.SINGLE,
            List.of(LabelledWafer.of(WAFER, DefectPattern.NONE, "../outside")));
    assertThatThrownBy(() -> WaferDatasets.writeFolders(dataset, folder))
        .isInstanceOf(WaferException.class)
        .hasMessageContaining("no name for a file");
  }
}
