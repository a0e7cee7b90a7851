package fabwafer.app;

import fabwafer.hub.HubConfig;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.certificate.CertificateAuthority;
import fabwafer.hub.database.Database;
import fabwafer.hub.device.Device;
import fabwafer.hub.device.Devices;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code fabwafer device}: who may connect to a hub's broker. */
@Command(
    name = "device",
    description = {
      "Says who may connect to a hub's broker, as which cameras. Works on the hub's data folder,",
      "also while the hub runs: it follows within seconds."
    },
    mixinStandardHelpOptions = true,
    subcommands = {
      DeviceAddCommand.class,
      DeviceListCommand.class,
      DeviceRotateCommand.class,
      DeviceRevokeCommand.class
    })
final class DeviceCommand implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec before it runs the command
  DeviceCommand() {}

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Which one? 'fabwafer device --help' lists them.");
  }

  /** Does something with the devices of a data folder. */
  static <T> T with(DataFolderOptions folder, Function<Devices, T> work) {
    HubConfig config = folder.usedConfig();
    Clock clock = Clock.systemUTC();
    CertificateAuthority authority = CertificateAuthority.open(config.data(), clock);
    try (Database database = Database.open(config.data())) {
      return work.apply(new Devices(database, new AuditLog(database, clock), authority, clock));
    }
  }

  /** Prints a secret, and what to do with it. */
  static void print(PrintWriter out, Devices.WithSecret fresh) {
    Device device = fresh.device();
    out.println("device     " + device.name());
    out.println(
        "cameras    "
            + device.fab()
            + "/"
            + (device.cameras().isEmpty() ? "*" : String.join(",", device.cameras())));
    switch (device.kind()) {
      case PASSWORD -> {
        out.println("user       " + device.name());
        out.println("password   " + fresh.secret());
        out.println("           (printed this once: the hub keeps only a hash of it)");
      }
      case CERTIFICATE -> {
        out.println("token      " + fresh.secret());
        out.println(
            "           (printed this once; for one enrolment until "
                + device.tokenEndsMillis().map(Instant::ofEpochMilli).orElse(Instant.MIN)
                + ")");
        out.println("on the agent's machine:");
        out.println("  fabwafer agent enrol --hub https://<this hub> --data <folder> --token");
      }
    }
    out.flush();
  }
}
