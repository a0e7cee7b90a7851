package fabwafer.app;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * One program's settings from its file, the environment and its flags; a flag wins over the
 * environment, the environment over the file. {@code hub.http-port} is {@code
 * FABWAFER_HUB_HTTP_PORT} in the environment. Every mistake is collected, so that {@link
 * #requireNoMistakes()} can name all of them at once; until then a getter answers its default.
 *
 * <p>Not safe for several threads; read once at the start.
 */
final class Settings {
  private static final String ENVIRONMENT_PREFIX = "FABWAFER_";

  private final String program;
  private final Config file;
  private final String fileName;
  private final Map<String, String> environment;
  private final Map<String, String> flags;
  private final Set<String> known = new HashSet<>();
  private final List<String> mistakes = new ArrayList<>();

  private Settings(
      String program,
      Config file,
      String fileName,
      Map<String, String> environment,
      Map<String, String> flags) {
    this.program = program;
    this.file = file;
    this.fileName = fileName;
    this.environment = environment;
    this.flags = flags;
  }

  /**
   * Reads where settings may stand; the values are checked as they are asked for.
   *
   * @param program first part of every key, such as {@code hub}
   * @param configFile a HOCON or JSON file, or empty for none
   * @param environment the process's environment
   * @param flags key (without the program) → value
   */
  static Settings load(
      String program,
      Optional<Path> configFile,
      Map<String, String> environment,
      Map<String, String> flags) {
    Config file = ConfigFactory.empty();
    List<String> unreadable = new ArrayList<>();
    if (configFile.isPresent()) {
      Path path = configFile.get();
      try {
        if (!Files.isReadable(path)) {
          unreadable.add("config file " + path + " does not exist or cannot be read");
        } else {
          file = ConfigFactory.parseFile(path.toFile()).resolve();
        }
      } catch (ConfigException e) {
        unreadable.add("config file " + path + ": " + e.getMessage());
      }
    }
    Settings settings =
        new Settings(program, file, configFile.map(Path::toString).orElse(""), environment, flags);
    settings.mistakes.addAll(unreadable);
    return settings;
  }

  /** A text, or its default. */
  String text(String key, String fallback) {
    return value(key, Function.identity(), fallback);
  }

  /** A text that may be absent. */
  Optional<String> text(String key) {
    return raw(key).map(found -> found.text);
  }

  /** A whole number within bounds. */
  int integer(String key, int fallback, int least, int most) {
    return (int) whole(key, fallback, least, most);
  }

  /** A whole number within bounds. */
  long whole(String key, long fallback, long least, long most) {
    return value(
        key,
        text -> {
          long number = parsed(text, Long::parseLong, "a whole number");
          if (number < least || number > most) {
            throw new IllegalArgumentException(
                most == Long.MAX_VALUE || most == Integer.MAX_VALUE
                    ? "must be at least %d, got %d".formatted(least, number)
                    : "must be %d to %d, got %d".formatted(least, most, number));
          }
          return number;
        },
        fallback);
  }

  /** A number within bounds. */
  double number(String key, double fallback, double least, double most) {
    return value(
        key,
        text -> {
          double number = parsed(text, Double::parseDouble, "a number");
          if (!(number >= least && number <= most)) {
            throw new IllegalArgumentException(
                "must be %s to %s, got %s".formatted(least, most, number));
          }
          return number;
        },
        fallback);
  }

  /** {@code true} or {@code false}. */
  boolean bool(String key, boolean fallback) {
    return value(
        key,
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true", "yes", "on" -> true;
              case "false", "no", "off" -> false;
              default ->
                  throw new IllegalArgumentException("must be true or false, got '" + text + "'");
            },
        fallback);
  }

  /** A positive duration, such as {@code 500ms}, {@code 30s} or {@code 2 hours}. */
  Duration duration(String key, Duration fallback) {
    return value(
        key,
        text -> {
          Duration duration =
              parsed(
                  text,
                  t -> ConfigFactory.parseMap(Map.of("d", t)).getDuration("d"),
                  "a duration such as 500ms or 30s");
          if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("must be longer than nothing, got '" + text + "'");
          }
          return duration;
        },
        fallback);
  }

  /** A path; not required to exist. */
  Path path(String key, Path fallback) {
    return value(key, Settings::toPath, fallback);
  }

  /** A path that may be absent. */
  Optional<Path> path(String key) {
    return value(key, text -> Optional.of(toPath(text)), Optional.empty());
  }

  /** Texts: a list in a file, separated by commas elsewhere. */
  List<String> texts(String key, List<String> fallback) {
    return value(
        key,
        text ->
            text.isBlank()
                ? List.of()
                : List.of(text.split(",", -1)).stream().map(String::strip).toList(),
        fallback);
  }

  /** One of an enum's constants, written in lower case with hyphens. */
  <E extends Enum<E>> E oneOf(String key, Class<E> type, E fallback) {
    return value(
        key,
        text -> {
          List<String> words = new ArrayList<>();
          for (E constant : type.getEnumConstants()) {
            String word = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (word.equals(text.toLowerCase(Locale.ROOT))) {
              return constant;
            }
            words.add(word);
          }
          throw new IllegalArgumentException(
              "must be one of %s, got '%s'".formatted(String.join(", ", words), text));
        },
        fallback);
  }

  /** The children of a section, such as the cameras in {@code agent.cameras { a {…} b {…} }}. */
  Set<String> children(String key) {
    String full = program + "." + key;
    Set<String> names = new HashSet<>();
    if (file.hasPath(full) && file.getValue(full).unwrapped() instanceof Map<?, ?> section) {
      section.keySet().forEach(name -> names.add(String.valueOf(name)));
    }
    for (String flag : flags.keySet()) {
      if (flag.startsWith(key + ".")) {
        names.add(flag.substring(key.length() + 1).split("\\.", 2)[0]);
      }
    }
    return names;
  }

  /** Adds a mistake that only the reader of a setting can see. */
  void mistake(String key, String problem) {
    mistakes.add(program + "." + key + " " + problem);
  }

  /**
   * Ends the reading.
   *
   * @throws MistakesException naming every mistake, unknown keys included
   */
  void requireNoMistakes() {
    addUnknownKeys();
    if (!mistakes.isEmpty()) {
      throw new MistakesException(List.copyOf(mistakes));
    }
  }

  /** Every mistake in a program's settings. */
  static final class MistakesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MistakesException(List<String> mistakes) {
      super(
          mistakes.size() == 1
              ? mistakes.getFirst()
              : mistakes.size() + " settings are wrong:\n  " + String.join("\n  ", mistakes));
    }
  }

  private record Found(String text, String where) {}

  private <T> T value(String key, Function<String, T> reader, T fallback) {
    Optional<Found> found = raw(key);
    if (found.isEmpty()) {
      return fallback;
    }
    try {
      return reader.apply(found.get().text);
    } catch (IllegalArgumentException e) {
      mistakes.add("%s.%s %s (%s)".formatted(program, key, e.getMessage(), found.get().where));
      return fallback;
    }
  }

  private Optional<Found> raw(String key) {
    String full = program + "." + key;
    known.add(full);
    String flag = flags.get(key);
    if (flag != null) {
      return Optional.of(new Found(flag, "from the command line"));
    }
    String variable = variable(full);
    String exported = environment.get(variable);
    if (exported != null) {
      return Optional.of(new Found(exported, "from " + variable));
    }
    if (!file.hasPath(full)) {
      return Optional.empty();
    }
    ConfigValue value = file.getValue(full);
    String where = "from " + fileName + ", line " + value.origin().lineNumber();
    return switch (value.unwrapped()) {
      case List<?> list ->
          Optional.of(
              new Found(String.join(",", list.stream().map(String::valueOf).toList()), where));
      case Map<?, ?> section -> {
        mistakes.add(full + " must be a value, not a section (" + where + ")");
        yield Optional.empty();
      }
      default -> Optional.of(new Found(String.valueOf(value.unwrapped()), where));
    };
  }

  private void addUnknownKeys() {
    Map<String, String> unknown = new TreeMap<>();
    if (file.hasPath(program)) {
      if (file.getValue(program).unwrapped() instanceof Map<?, ?>) {
        for (Map.Entry<String, ConfigValue> entry : file.getConfig(program).entrySet()) {
          String key = program + "." + String.join(".", ConfigUtil.splitPath(entry.getKey()));
          unknown.put(key, fileName + ", line " + entry.getValue().origin().lineNumber());
        }
      } else {
        mistakes.add(program + " must be a section (from " + fileName + ")");
      }
    }
    flags.keySet().forEach(key -> unknown.put(program + "." + key, "the command line"));
    unknown.keySet().removeAll(known);
    unknown.forEach((key, where) -> mistakes.add(key + " is no setting (from " + where + ")"));

    Set<String> variables = new HashSet<>();
    known.forEach(key -> variables.add(variable(key)));
    environment.keySet().stream()
        .filter(name -> name.startsWith(variable(program) + "_") && !variables.contains(name))
        .sorted()
        .forEach(name -> mistakes.add(name + " is no setting (from the environment)"));
  }

  private static String variable(String key) {
    return ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private static Path toPath(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("must be a path, got '" + text + "'", e);
    }
  }

  private static <T> T parsed(String text, Function<String, T> parser, String expected) {
    try {
      return parser.apply(text.strip());
    } catch (NumberFormatException | ConfigException e) {
      throw new IllegalArgumentException("must be " + expected + ", got '" + text + "'", e);
    }
  }
}
