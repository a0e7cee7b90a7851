package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDatasets;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class GenerateCommandTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Object... arguments) {
    CommandLine program = Main.commandLine();
    program.setOut(new PrintWriter(out));
    program.setErr(new PrintWriter(err));
    return program.execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }

  private WaferDataset generated(String name, Object... options) throws IOException {
    Path target = folder.resolve(name);
    Object[] all = new Object[options.length + 3];
    all[0] = "generate";
    all[1] = "--out";
    all[2] = target;
    System.arraycopy(options, 0, all, 3, options.length);
    assertThat(run(all)).as(err.toString()).isZero();
    return WaferDatasets.read(target);
  }

  @Test
  void allNinePatternsTakeTurns() throws IOException {
    WaferDataset wafers = generated("all", "--count", 18);
    assertThat(wafers.counts().values()).containsOnly(2);
    assertThat(out.toString()).contains("18 wafers: 2 Center, 2 Donut");
  }

  @Test
  void theSameSeed_givesTheSameFiles_anotherSeedOthers() throws IOException {
    WaferDataset first = generated("a", "--count", 9, "--seed", 7);
    assertThat(generated("b", "--count", 9, "--seed", 7).wafers()).isEqualTo(first.wafers());
    assertThat(
            generated("c", "--count", 9, "--seed", 8).wafers().stream().map(LabelledWafer::wafer))
        .isNotEqualTo(first.wafers().stream().map(LabelledWafer::wafer).toList());
  }

  @Test
  void onlyTheChosenPatterns_areMade() throws IOException {
    WaferDataset wafers =
        generated("some", "--count", 5, "--pattern", "edge-ring,Loc", "--pattern", "none");
    assertThat(wafers.counts())
        .containsEntry(DefectPattern.EDGE_RING, 2)
        .containsEntry(DefectPattern.LOC, 2)
        .containsEntry(DefectPattern.NONE, 1);
  }

  @Test
  void mixtures_showTwoOrThreePatternsThatCanLieTogether() throws IOException {
    WaferDataset wafers = generated("mix", "--count", 40, "--mix", "--seed", 3);
    assertThat(wafers.wafers())
        .hasSize(40)
        .allSatisfy(
            wafer ->
                assertThat(wafer.patterns())
                    .hasSizeBetween(2, 3)
                    .isNotEqualTo(Set.of(DefectPattern.CENTER, DefectPattern.DONUT))
                    .doesNotContain(
                        DefectPattern.NONE, DefectPattern.NEAR_FULL, DefectPattern.RANDOM));
    assertThat(wafers.wafers().stream().map(LabelledWafer::labels).distinct().count())
        .isGreaterThan(10);
  }

  @Test
  void twoChosenPatterns_areMixedOnEveryWafer() throws IOException {
    WaferDataset wafers =
        generated("two", "--count", 3, "--mix", "--pattern", "Scratch", "--pattern", "Center");
    assertThat(wafers.wafers()).allMatch(wafer -> wafer.labels().equals("Center+Scratch"));
  }

  @Test
  void whatCannotBeMade_isToldAndNothingIsWritten() throws IOException {
    Path target = folder.resolve("x");
    assertThat(run("generate", "--out", target, "--count", 0)).isOne();
    assertThat(run("generate", "--out", target, "--count", 1, "--mix", "--pattern", "none"))
        .isOne();
    assertThat(run("generate", "--out", target, "--count", 1, "--mix", "--pattern", "Center,Donut"))
        .isOne();
    assertThat(run("generate", "--out", target, "--count", 1, "--pattern", "Spiral")).isEqualTo(2);
    Path file = Files.createFile(folder.resolve("file"));
    assertThat(run("generate", "--out", file, "--count", 1)).isOne();
    assertThat(target).doesNotExist();
    assertThat(err.toString())
        .contains("--count must be 1 to 2,000,000, got 0")
        .contains("'none' cannot be mixed")
        .contains("--mix needs two patterns that can lie together")
        .contains("'Spiral' is none of [Center, Donut")
        .contains("is a file, a folder is needed");
  }
}
