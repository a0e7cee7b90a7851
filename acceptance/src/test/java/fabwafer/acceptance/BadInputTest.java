package fabwafer.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What goes wrong in a fab: each time a clear message, nothing lost, nothing else stopped. */
class BadInputTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private static Path folder;
  private static RunningHub hub;
  private static RunningAgent agent;
  private static RestClient admin;
  private static Path inbox;
  private static byte[] wafer;

  @BeforeAll
  static void start() throws IOException {
    wafer = Files.readAllBytes(Samples.all().getFirst());
    inbox = Files.createDirectories(folder.resolve("inbox"));
    hub = RunningHub.start(folder.resolve("hub"));
    admin = hub.admin();
    agent = RunningAgent.start(folder.resolve("agent"), hub, "camera1", inbox);
  }

  @AfterAll
  static void stop() {
    agent.close();
    hub.close();
  }

  @Test
  void emptyFile_isRejectedAndTheNextWaferStored() throws IOException {
    drop("empty.png", new byte[0]);
    drop("after-empty.png", wafer);
    assertThat(awaitReason("empty.png")).containsIgnoringCase("empty");
    awaitStored("after-empty");
  }

  @Test
  void truncatedPng_isRejectedWithItsReason() throws IOException {
    drop("truncated.png", Arrays.copyOf(wafer, wafer.length / 2));
    assertThat(awaitReason("truncated.png")).containsIgnoringCase("truncated");
  }

  @Test
  void hugePng_isRejectedBeforeItIsDecoded() throws IOException {
    drop("huge.png", pngHeader(20_000, 20_000));
    assertThat(awaitReason("huge.png")).contains("20,000").contains("8,192");
  }

  @Test
  void photo_isRejectedAsNoWaferMap() throws IOException {
    drop("photo.jpg", photo());
    assertThat(awaitReason("photo.jpg")).containsIgnoringCase("no wafer map");
  }

  @Test
  void fileStillBeingWritten_isTakenOnceWhenItIsWhole() throws IOException {
    Path slow = inbox.resolve("slow.png");
    Files.write(slow, Arrays.copyOf(wafer, 40));
    drop("meanwhile.png", wafer);
    awaitStored("meanwhile");
    assertThat(slow).exists();
    Files.write(slow, wafer);
    awaitStored("slow");
    assertThat(stored("slow")).hasSize(1);
  }

  @Test
  void missingFile_isNamed() {
    Program.Finished finished = fabwafer("classify", folder.resolve("no.png").toString());
    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.printed()).contains("no.png").doesNotContain("Exception");
  }

  @Test
  void portInUse_isToldInOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Program.Finished finished =
          fabwafer(
              "hub",
              "--data",
              folder.resolve("second").toString(),
              "--set",
              "mqtt-port=0",
              "--set",
              "http-port=" + taken.getLocalPort());
      assertThat(finished.exit()).isEqualTo(1);
      assertThat(finished.printed())
          .contains("fabwafer: ")
          .contains("in use")
          .contains("" + taken.getLocalPort())
          .doesNotContain("Exception");
    }
  }

  @Test
  void wrongSettings_areAllToldAtOnce() {
    Program.Finished finished =
        fabwafer("hub", "--set", "http-port=70000", "--set", "no-such-key=1");
    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.printed())
        .contains("hub.http-port must be 0 to 65535, got 70000")
        .contains("hub.no-such-key is no setting");
  }

  @Test
  void missingFolderOfACamera_isToldAndTheOthersGoOn() throws IOException {
    Path other = folder.resolve("not-yet");
    try (RunningAgent second =
        RunningAgent.start(folder.resolve("agent2"), hub, "camera2", other)) {
      await().atMost(SOON).until(() -> second.printed().contains(other.toString()));
      Files.createDirectories(other);
      Files.write(other.resolve("late.png"), wafer);
      awaitStored("late");
    }
  }

  @Test
  void malformedJsonAndWrongTopic_standInQuarantine() {
    MosquittoClient client = MosquittoClient.of(hub);
    client.publish("fabwafer/faba/camera1/prediction/bad-json", "{\"imgid\": ");
    client.publish("fabwafer/faba/camera1/nonsense/x", "{}");
    assertThat(awaitQuarantined("bad-json")).containsIgnoringCase("json");
    assertThat(awaitQuarantined("nonsense")).contains("topic must be");
  }

  @Test
  void fullDiskUnderTheSpool_keepsTheFileAndGoesOnLater() throws IOException {
    Path watched = Files.createDirectories(folder.resolve("full-inbox"));
    Path home = Files.createDirectories(folder.resolve("full"));
    Path spool = Files.createDirectories(home.resolve("spool"));
    Path room = home.resolve("room");
    Path config = RunningAgent.config(home, hub, "camera3", watched);
    Files.write(watched.resolve("big.png"), noisyWafer(1_000));
    // A disk of 8 MB of its own, filled but for 32 kB until the file "room" appears.
    String script =
        """
        mount -t tmpfs -o size=8m tmpfs '%1$s' && head -c 8355840 /dev/zero > '%1$s/filler'
        (while [ ! -e '%2$s' ]; do sleep 0.1; done; rm '%1$s/filler') &
        exec '%3$s' agent --config '%4$s'
        """
            .formatted(spool, room, Program.home().resolve("fabwafer"), config);
    List<String> unshare =
        System.getProperty("user.name").equals("root")
            ? List.of("unshare", "-m", "bash", "-c", script)
            : List.of("unshare", "-rm", "bash", "-c", script);
    try (Program full = Program.start(home.resolve("agent.log"), Map.of(), unshare)) {
      full.awaitPrinted("(?i)no space left");
      assertThat(watched.resolve("big.png")).exists();
      assertThat(stored("big")).isEmpty();
      Files.createFile(room);
      awaitStored("big");
      assertThat(stored("big")).hasSize(1);
    }
  }

  private static Program.Finished fabwafer(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = Program.home().resolve("fabwafer").toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return Program.run(Map.of(), command);
  }

  private static String awaitQuarantined(String inTopic) {
    return await()
        .atMost(SOON)
        .until(
            () ->
                admin.items("/api/v1/quarantine").stream()
                    .filter(item -> item.get("topic").stringValue().contains(inTopic))
                    .map(item -> item.get("reason").stringValue())
                    .findFirst()
                    .orElse(""),
            reason -> !reason.isEmpty());
  }

  private static void drop(String name, byte[] content) throws IOException {
    Files.write(inbox.resolve(name), content);
  }

  /** The reason beside a rejected file. */
  private static String awaitReason(String name) {
    return await()
        .atMost(SOON)
        .until(
            () -> {
              try (Stream<Path> files = Files.walk(inbox.resolve("rejected"))) {
                for (Path file : files.toList()) {
                  String found = String.valueOf(file.getFileName());
                  if (found.contains(name.replaceFirst("\\..*", "")) && found.endsWith(".txt")) {
                    return Files.readString(file, UTF_8);
                  }
                }
              } catch (NoSuchFileException | UncheckedIOException e) {
                return ""; // not yet there, or just being moved
              }
              return "";
            },
            reason -> !reason.isEmpty());
  }

  private static void awaitStored(String stem) {
    await().atMost(SOON).until(() -> !stored(stem).isEmpty());
  }

  private static List<JsonNode> stored(String stem) {
    return admin.items("/api/v1/images?fab=faba").stream()
        .filter(image -> image.get("imgid").stringValue().matches(stem + "-[0-9a-f]+"))
        .toList();
  }

  private static byte[] photo() throws IOException {
    BufferedImage image = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(7);
    for (int y = 0; y < 240; y++) {
      for (int x = 0; x < 320; x++) {
        int noise = random.nextInt(24);
        image.setRGB(x, y, (x * 200 / 320 + noise) << 16 | (y + noise / 2) << 8 | (x * y) % 200);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "jpg", out);
    return out.toByteArray();
  }

  /** A round wafer of random dies: hard to compress. */
  private static byte[] noisyWafer(int side) throws IOException {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    Random random = new Random(11);
    double centre = (side - 1) / 2.0;
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        boolean inside = Math.hypot(x - centre, y - centre) <= centre;
        int grey = !inside ? 0 : random.nextInt(4) == 0 ? 254 : 127;
        image.getRaster().setSample(x, y, 0, grey);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  /** A PNG that claims a size and holds next to nothing. */
  private static byte[] pngHeader(int width, int height) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.writeBytes("IHDR");
    fields.writeInt(width);
    fields.writeInt(height);
    fields.write(new byte[] {8, 0, 0, 0, 0});
    chunk(out, header.toByteArray());
    chunk(out, "IEND".getBytes(UTF_8));
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream out, byte[] typeAndContent) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(typeAndContent);
    out.writeInt(typeAndContent.length - 4);
    out.write(typeAndContent);
    out.writeInt((int) crc.getValue());
  }
}
