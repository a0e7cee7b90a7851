package fabwafer.app;

import fabwafer.hub.audit.Actor;
import fabwafer.hub.device.Device;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fabwafer device revoke}: ends a device. */
@Command(
    name = "revoke",
    description = "Ends a device's credential, and its connections within seconds.",
    mixinStandardHelpOptions = true)
final class DeviceRevokeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataFolderOptions folder = new DataFolderOptions();

  @Parameters(paramLabel = "NAME", description = "The device's name.")
  private String name;

  @SuppressWarnings("NullAway.Init") // picocli fills the fields before it calls
  DeviceRevokeCommand() {}

  @Override
  public Integer call() {
    Device revoked = DeviceCommand.with(folder, devices -> devices.revoke(Actor.operator(), name));
    PrintWriter out = spec.commandLine().getOut();
    out.println(revoked.name() + " is revoked; a connection it has ends within seconds");
    out.flush();
    return 0;
  }
}
