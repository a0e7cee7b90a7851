package fabwafer.app;

import fabwafer.agent.Credential;
import fabwafer.agent.Enrolment;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fabwafer agent enrol}: gets an agent its certificate. */
@Command(
    name = "enrol",
    description = {
      "Gets this agent a certificate from its hub, with the token that 'fabwafer device add'"
          + " printed.",
      "The private key is made here and stays here. The token is best given in the environment",
      "(FABWAFER_TOKEN), in a file, or typed when asked (--token without a value): whoever may",
      "list processes sees flags."
    },
    mixinStandardHelpOptions = true)
final class AgentEnrolCommand implements Callable<Integer> {
  private static final String VARIABLE = "FABWAFER_TOKEN";
  private static final long MAX_TOKEN_BYTES = 4_096;

  @Spec private CommandSpec spec;

  @Option(
      names = "--hub",
      required = true,
      paramLabel = "URL",
      description = "The hub's address, such as https://hub.fab.example:8443.")
  private URI hub;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      arity = "0..1",
      interactive = true,
      description = "The one-time token; asked for where no value is given.")
  private @Nullable String token;

  @Option(names = "--token-file", paramLabel = "FILE", description = "File that holds the token.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = {
        "PEM file of the authorities that the hub's HTTPS certificate comes from, where that is of",
        "your company. The hub's own authority is in the token."
      })
  private @Nullable Path authorities;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Folder for key, certificate and authority; then the setting credential=DIR.")
  private Path folder;

  @SuppressWarnings("NullAway.Init") // picocli fills the fields before it calls
  AgentEnrolCommand() {}

  @Override
  public Integer call() throws IOException {
    Credential credential = Enrolment.enrol(hub, token(), folder, Optional.ofNullable(authorities));
    PrintWriter out = spec.commandLine().getOut();
    out.println("enrolled   " + credential.device() + " of " + credential.fab());
    out.println("folder     " + folder.toAbsolutePath());
    credential
        .brokerPort()
        .ifPresent(port -> out.println("broker     mqtts://" + hub.getHost() + ":" + port));
    out.println("settings   agent { credential = \"" + folder.toAbsolutePath() + "\" }");
    out.flush();
    return 0;
  }

  private String token() throws IOException {
    if (token != null) {
      return token;
    }
    if (tokenFile != null) {
      if (Files.size(tokenFile) > MAX_TOKEN_BYTES) {
        throw new IOException(tokenFile + " holds no token: it is too large");
      }
      return Files.readString(tokenFile).strip();
    }
    String exported = System.getenv(VARIABLE);
    if (exported == null || exported.isBlank()) {
      throw new ParameterException(
          spec.commandLine(), "a token is needed: --token, --token-file or " + VARIABLE);
    }
    return exported;
  }
}
