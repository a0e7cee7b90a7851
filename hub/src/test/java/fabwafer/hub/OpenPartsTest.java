package fabwafer.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenPartsTest {
  private final List<String> closed = new ArrayList<>();

  @Test
  void close_goesBackwards_alsoPastOneThatFails() {
    OpenParts parts = new OpenParts();
    parts.add(() -> closed.add("first"));
    parts.add(
        () -> {
          throw new IllegalStateException("does not close");
        });
    parts.add(() -> closed.add("last"));

    parts.close();

    assertThat(closed).containsExactly("last", "first");
  }

  @Test
  void close_closesEachOnce() {
    OpenParts parts = new OpenParts();
    parts.add(() -> closed.add("only"));

    parts.close();
    parts.close();

    assertThat(closed).containsExactly("only");
  }
}
