package fabwafer.app;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.device.Device;
import fabwafer.hub.device.Devices;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fabwafer device add}: lets a device connect. */
@Command(
    name = "add",
    description = {
      "Lets a device connect, and prints its one-time token or its password.",
      "With the token an agent gets a certificate ('fabwafer agent enrol')."
    },
    mixinStandardHelpOptions = true)
final class DeviceAddCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataFolderOptions folder = new DataFolderOptions();

  @Parameters(paramLabel = "NAME", description = "The device's name, such as scanner7.")
  private String name;

  @Option(names = "--fab", required = true, paramLabel = "FAB", description = "Its fab.")
  private String fab;

  @Option(
      names = "--camera",
      paramLabel = "CAMERA",
      split = ",",
      description = "A camera it may speak for. May be repeated; none: all of the fab.")
  private List<String> cameras = new ArrayList<>();

  @Option(names = "--password", description = "Give it a password, for a device that cannot enrol.")
  private boolean password;

  @Option(
      names = "--token-minutes",
      paramLabel = "N",
      description = "How long the token may be used; default: ${DEFAULT-VALUE}.")
  private int tokenMinutes = (int) Devices.TOKEN_LIFETIME.toMinutes();

  @SuppressWarnings("NullAway.Init") // picocli fills the fields before it calls
  DeviceAddCommand() {}

  @Override
  public Integer call() {
    Devices.WithSecret added =
        DeviceCommand.with(
            folder,
            devices ->
                devices.add(
                    Actor.operator(),
                    name,
                    fab,
                    cameras,
                    password ? Device.Kind.PASSWORD : Device.Kind.CERTIFICATE,
                    Duration.ofMinutes(tokenMinutes)));
    DeviceCommand.print(spec.commandLine().getOut(), added);
    return 0;
  }
}
