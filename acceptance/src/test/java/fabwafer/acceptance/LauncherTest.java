package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The first thing a user meets. */
class LauncherTest {
  private static final String LAUNCHER = Program.home().resolve("fabwafer").toString();

  @Test
  void findsItsJdk_whateverJavaHomeSays() {
    Program.Finished finished =
        Program.run(Map.of("JAVA_HOME", "/no/such/folder"), LAUNCHER, "--version");
    assertThat(finished.printed()).startsWith("fabwafer 0.");
    assertThat(finished.exit()).isZero();
  }

  @Test
  void startsFromAnyFolderAndThroughALink() {
    Program.Finished finished =
        Program.run(
            Map.of(),
            "bash",
            "-c",
            "cd \"$(mktemp -d)\" && ln -s '" + LAUNCHER + "' fw && ./fw --version");
    assertThat(finished.printed()).startsWith("fabwafer 0.");
  }

  @Test
  void help_listsEveryCommandOfTheTour() {
    Program.Finished finished = Program.run(Map.of(), LAUNCHER, "--help");
    assertThat(finished.printed())
        .contains("demo", "hub", "agent", "show", "classify", "generate", "convert")
        .contains("train", "evaluate");
  }

  @Test
  void unknownCommand_isNamedAndExitsWithTwo() {
    Program.Finished finished = Program.run(Map.of(), LAUNCHER, "clasify");
    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.printed()).contains("clasify").doesNotContain("Exception");
  }
}
