package fabwafer.wafer;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDatasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The project's folder of real wafers. */
class SamplesTest {
  // Surefire names the module's folder; the samples lie beside the modules.
  private static final Path SAMPLES =
      Path.of(System.getProperty("basedir", "."), "..", "samples").normalize();

  @Test
  void everySampleReads_underALabel_inTheSizeItsNameSays() throws IOException {
    WaferDataset samples = WaferDatasets.read(SAMPLES);
    assertThat(samples.size()).isEqualTo(356);
    assertThat(samples.counts()).hasSize(9);
    assertThat(samples.counts().values()).allMatch(wafers -> wafers >= 10);
    assertThat(samples.wafers())
        .allSatisfy(
            sample ->
                assertThat(sample.name())
                    .matches(
                        "row[0-9]{6}-%dx%d"
                            .formatted(sample.wafer().height(), sample.wafer().width())));
    assertThat(samples.wafers().stream().map(LabelledWafer::name)).doesNotHaveDuplicates();
  }

  @Test
  void samplesCarryTheLicenceAndBothCitations() throws IOException {
    for (String file : Arrays.asList("LICENCE.txt", "README.md")) {
      assertThat(Files.readString(SAMPLES.resolve(file)))
          .as(file)
          .contains("Copyright 2015 Jyh-Shing Roger Jang")
          .contains("Wafer Map Failure Pattern Recognition and Similarity Ranking")
          .contains("10.1109/TSM.2014.2364237")
          .contains("MIR-WM811K")
          .contains("http://mirlab.org/dataset/public/");
    }
  }
}
