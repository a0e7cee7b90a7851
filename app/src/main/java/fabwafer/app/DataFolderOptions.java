package fabwafer.app;

import fabwafer.hub.HubConfig;
import fabwafer.hub.HubException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which hub a command works on: the one whose data folder it is, running or not. Whoever may use
 * the folder is the hub's administrator. A mixin of the commands that administer a hub.
 */
final class DataFolderOptions {
  private static final String DATABASE = "hub.db";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The hub's data folder; as --set data=DIR.")
  private @Nullable Path data;

  @Option(names = "--config", paramLabel = "FILE", description = "The hub's file of settings.")
  private @Nullable Path configFile;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the hub; wins over environment and file. May be repeated.")
  private Map<String, String> flags = new HashMap<>();

  /**
   * The hub's settings.
   *
   * @throws Settings.MistakesException naming every mistake at once
   */
  HubConfig config() {
    if (data != null) {
      flags.put("data", data.toString());
    }
    Settings settings =
        Settings.load("hub", Optional.ofNullable(configFile), System.getenv(), flags);
    HubConfig config = HubSettings.read(settings);
    settings.path("model", ModelOption.ownModel());
    settings.requireNoMistakes();
    return config;
  }

  /**
   * The same, for a command that needs what a hub already keeps there.
   *
   * @throws HubException if no hub was ever started on the folder
   */
  HubConfig usedConfig() {
    HubConfig config = config();
    if (!Files.exists(config.data().resolve(DATABASE))) {
      throw new HubException(
          "%s holds no hub's data: start the hub once, or say --data"
              .formatted(config.data().toAbsolutePath()));
    }
    return config;
  }
}
