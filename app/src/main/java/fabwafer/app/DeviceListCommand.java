package fabwafer.app;

import fabwafer.hub.device.Device;
import fabwafer.hub.device.Devices;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code fabwafer device list}: who may connect. */
@Command(
    name = "list",
    description = "Lists the devices: what they may speak for, their credential, when last seen.",
    mixinStandardHelpOptions = true)
final class DeviceListCommand implements Callable<Integer> {
  private static final String ROW = "%-24s %-28s %-11s %-8s %-20s %-20s %s%n";

  @Spec private CommandSpec spec;
  @Mixin private DataFolderOptions folder = new DataFolderOptions();

  @SuppressWarnings("NullAway.Init") // picocli sets the spec before it runs the command
  DeviceListCommand() {}

  @Override
  public Integer call() {
    List<Device> devices = DeviceCommand.with(folder, Devices::list);
    long now = System.currentTimeMillis();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        ROW, "DEVICE", "CAMERAS", "CREDENTIAL", "STATE", "CERTIFICATE UNTIL", "LAST SEEN", "FROM");
    for (Device device : devices) {
      out.printf(
          ROW,
          device.name(),
          device.fab()
              + "/"
              + (device.cameras().isEmpty() ? "*" : String.join(",", device.cameras())),
          device.kind().word(),
          device.state(now).word(),
          time(device.certificateEndsMillis()),
          time(device.lastSeenMillis()),
          device.lastAddress().orElse("-"));
    }
    out.flush();
    return 0;
  }

  private static String time(Optional<Long> millis) {
    return millis.map(at -> Instant.ofEpochSecond(at / 1_000).toString()).orElse("-");
  }
}
