package fabwafer.app;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import fabwafer.wafer.dataset.WaferDatasets;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ClassifyCommandTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String model = "";

  @BeforeEach
  void writeModel() throws IOException {
    model = TinyModel.writeTo(folder.resolve("model")).toString();
  }

  private int run(Object... arguments) {
    CommandLine program = Main.commandLine();
    program.setOut(new PrintWriter(out));
    program.setErr(new PrintWriter(err));
    return program.execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }

  private static WaferMap wafer(int failingDies) {
    byte[] cells = new byte[100];
    Arrays.fill(cells, (byte) 1);
    Arrays.fill(cells, 0, failingDies, (byte) 2);
    return WaferMap.of(10, 10, cells);
  }

  private Path picture(String name, int failingDies) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    WaferImages.write(wafer(failingDies), file);
    return file;
  }

  @Test
  void eachPicture_getsALineInTheOrderGiven() throws IOException {
    Path full = picture("full.png", 97);
    Path clean = picture("clean.png", 3);
    assertThat(run("classify", full, clean, "--model", model)).isZero();
    assertThat(out.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).matches(".*full\\.png  Near-full  0\\.[0-9]{4}"),
            line -> assertThat(line).matches(".*clean\\.png  none  0\\.[0-9]{4}"));
  }

  @Test
  void badFilesAreToldEach_andTheOthersGoOn() throws IOException {
    Path good = picture("good.png", 2);
    Path empty = Files.createFile(folder.resolve("empty.png"));
    Path text = Files.writeString(folder.resolve("text.png"), "not a picture");
    byte[] whole = Files.readAllBytes(good);
    Path cut = Files.write(folder.resolve("cut.png"), Arrays.copyOf(whole, whole.length / 2));
    Path last = picture("last.png", 90);
    int exit =
        run("classify", good, empty, folder.resolve("no.png"), text, cut, last, "--model", model);
    assertThat(exit).isOne();
    assertThat(out.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("good.png  none"),
            line -> assertThat(line).contains("last.png  Near-full"));
    assertThat(err.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("empty.png: ", "empty"),
            line -> assertThat(line).endsWith("no.png: no such file"),
            line -> assertThat(line).contains("text.png: ", "neither a PNG nor a JPEG"),
            line -> assertThat(line).contains("cut.png: "));
  }

  @Test
  void foldersAndDataSets_giveALineAWafer() throws IOException {
    picture("many/b/2.png", 2);
    picture("many/a/1.png", 95);
    Files.writeString(folder.resolve("many/notes.txt"), "no picture");
    Path data = folder.resolve("set.npz");
    WaferDatasets.writeNpz(
        new WaferDataset(
            "set",
            Labelling.SINGLE,
            List.of(
                LabelledWafer.of(wafer(80), DefectPattern.RANDOM, "a"),
                LabelledWafer.of(wafer(0), DefectPattern.NONE, "b"))),
        data);
    assertThat(run("classify", folder.resolve("many"), data, "--json", "--model", model)).isZero();
    List<JsonNode> lines =
        out.toString().lines().map(JsonMapper.builder().build()::readTree).toList();
    assertThat(lines.stream().map(line -> line.at("/prediction").stringValue()))
        .containsExactly("Near-full", "none", "Near-full", "none");
    assertThat(lines.getFirst().at("/file").stringValue()).endsWith("1.png");
    assertThat(lines.getFirst().at("/probabilities").size()).isEqualTo(9);
    assertThat(lines.get(2).at("/file").stringValue()).contains("set.npz#");
  }

  @Test
  void anExplanation_isDrawn_andToldInWords() throws IOException {
    Path full = picture("full.png", 97);
    Path png = folder.resolve("why.png");
    Path svg = folder.resolve("why.svg");
    assertThat(run("classify", full, "--explain", png, "--model", model)).isZero();
    assertThat(run("classify", full, "--explain", svg, "--json", "--model", model)).isZero();
    assertThat(out.toString().lines().toList().get(1))
        .startsWith("drawn as " + png + ": ")
        .contains("Near-full");
    assertThat(ImageIO.read(png.toFile()).getWidth()).isEqualTo(640);
    assertThat(svg).content().startsWith("<svg").contains("coloured by their values");
    JsonNode line = JsonMapper.builder().build().readTree(out.toString().lines().toList().get(2));
    assertThat(line.at("/explanation/label").stringValue()).isEqualTo("Near-full");
  }

  @Test
  void anExplanation_isOfOnePicture_andOneOfTwoKindsOfFile() throws IOException {
    Path one = picture("one.png", 97);
    Path two = picture("two.png", 3);
    Path out = folder.resolve("why.png");
    assertThat(run("classify", one, two, "--explain", out, "--model", model)).isOne();
    assertThat(run("classify", folder, "--explain", out, "--model", model)).isOne();
    Path gif = folder.resolve("why.gif");
    assertThat(run("classify", one, "--explain", gif, "--model", model)).isOne();
    assertThat(err.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).endsWith("--explain draws one wafer map: give it one picture"),
            line -> assertThat(line).endsWith("--explain draws one wafer map: give it one picture"),
            line -> assertThat(line).contains("must name a file that ends in .png or .svg"));
    assertThat(out).doesNotExist();
  }

  @Test
  void whatElseTheModelSays_standsInTheLine() throws IOException {
    Path judging = TinyModel.judgingTo(folder.resolve("judging"));
    Path full = picture("full.png", 97);
    Path half = picture("half.png", 47);
    assertThat(run("classify", full, half, "--model", judging)).isZero();
    assertThat(out.toString().lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .matches(
                        ".*  Near-full  0\\.99[0-9]{2}  patterns Center \\+ Donut  fits Near-full"
                            + "  novelty 0\\.[0-9]{3}  accept"),
            line ->
                assertThat(line)
                    .matches(
                        ".*  none  0\\.6[0-9]{3}  patterns none  fits Near-full, none"
                            + "  novelty 0\\.[0-9]{3}  review: confidence 0\\.6[0-9]{2} below"
                            + " 0\\.900; fits two classes: Near-full, none"));
    out.getBuffer().setLength(0);
    assertThat(run("classify", full, half, "--json", "--model", judging)).isZero();
    List<JsonNode> lines =
        out.toString().lines().map(JsonMapper.builder().build()::readTree).toList();
    JsonNode accepted = lines.getFirst();
    assertThat(accepted.at("/patterns").toString()).isEqualTo("[\"Center\",\"Donut\"]");
    assertThat(accepted.at("/patternProbabilities/Donut").doubleValue()).isGreaterThan(0.9);
    assertThat(accepted.at("/conformalSet").toString()).isEqualTo("[\"Near-full\"]");
    assertThat(accepted.at("/novelty").doubleValue()).isBetween(0.5, 1.0);
    assertThat(accepted.at("/decision").stringValue()).isEqualTo("accept");
    assertThat(accepted.at("/reasons").isEmpty()).isTrue();
    assertThat(lines.get(1).at("/decision").stringValue()).isEqualTo("review");
    assertThat(lines.get(1).at("/reasons").size()).isEqualTo(2);
    assertThat(lines.get(1).at("/patterns").toString()).isEqualTo("[]");
  }

  @Test
  void inJson_aFailureIsALineOfItsOwn() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThat(run("classify", empty, "--json", "--model", model)).isOne();
    JsonNode line = JsonMapper.builder().build().readTree(out.toString());
    assertThat(line.at("/error").stringValue()).isEqualTo("no pictures in this folder");
    assertThat(err.toString()).isEmpty();
  }
}
