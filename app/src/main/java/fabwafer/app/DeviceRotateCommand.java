package fabwafer.app;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.device.Device;
import fabwafer.hub.device.Devices;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fabwafer device rotate}: gives a device a new credential. */
@Command(
    name = "rotate",
    description = {
      "Gives a device a new credential. A new password counts at once, the old one no more;",
      "a certificate counts until the device has enrolled with the new token."
    },
    mixinStandardHelpOptions = true)
final class DeviceRotateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataFolderOptions folder = new DataFolderOptions();

  @Parameters(paramLabel = "NAME", description = "The device's name.")
  private String name;

  @Option(
      names = "--credential",
      paramLabel = "certificate|password",
      description = "Which it is to have; default: the same as before.")
  private Device.@Nullable Kind kind;

  @Option(
      names = "--token-minutes",
      paramLabel = "N",
      description = "How long the token may be used; default: ${DEFAULT-VALUE}.")
  private int tokenMinutes = (int) Devices.TOKEN_LIFETIME.toMinutes();

  @SuppressWarnings("NullAway.Init") // picocli fills the fields before it calls
  DeviceRotateCommand() {}

  @Override
  public Integer call() {
    Devices.WithSecret rotated =
        DeviceCommand.with(
            folder,
            devices ->
                devices.rotate(
                    Actor.operator(),
                    name,
                    Optional.ofNullable(kind),
                    Duration.ofMinutes(tokenMinutes)));
    DeviceCommand.print(spec.commandLine().getOut(), rotated);
    return 0;
  }
}
