package fabwafer.app;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The folds that are kept from training and measured on. */
final class ValidationFolds {
  @Option(
      names = {"--validation-folds", "--validation-fold"},
      split = ",",
      paramLabel = "FOLD",
      description = {
        "Folds to measure on, kept from training. Without them the data set's own part 'valid' or",
        "else a tenth of its groups is taken, never a part of a group."
      })
  private List<Integer> folds = List.of();

  /** As they were given. */
  List<Integer> list() {
    return folds;
  }

  Set<Integer> set() {
    return Set.copyOf(folds);
  }

  /** The words of a command line that name them again; none where none were given. */
  List<String> words() {
    return folds.isEmpty()
        ? List.of()
        : List.of(
            "--validation-folds",
            folds.stream().map(String::valueOf).collect(Collectors.joining(",")));
  }
}
