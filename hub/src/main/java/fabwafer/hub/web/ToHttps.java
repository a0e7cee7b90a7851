package fabwafer.hub.web;

import io.javalin.http.Context;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;

/** Sends whoever comes over plain HTTP to the HTTPS port, and answers nothing else there. */
final class ToHttps {
  private static final int PERMANENT_REDIRECT = 308;
  private static final int HTTPS_PORT = 443;
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}]");

  private final WebConfig config;
  private final IntSupplier httpsPort;

  ToHttps(WebConfig config, IntSupplier httpsPort) {
    this.config = config;
    this.httpsPort = httpsPort;
  }

  /** Answers a request that did not come over TLS where the hub speaks it. */
  void redirect(Context context) {
    if (config.https().isEmpty() || context.req().isSecure()) {
      return;
    }
    String query = context.queryString();
    // The path as it came: decoded it could hold what a header must not.
    String path = context.req().getRequestURI();
    String target = site(context) + path + (query == null ? "" : "?" + query);
    context.header("Cache-Control", "no-store");
    context.header("Location", target);
    context.status(PERMANENT_REDIRECT);
    context.skipRemainingHandlers();
  }

  private String site(Context context) {
    Optional<URI> known =
        config.publicUrl().filter(url -> "https".equalsIgnoreCase(url.getScheme()));
    if (known.isPresent()) {
      return known.get().getScheme().toLowerCase(Locale.ROOT) + "://" + known.get().getAuthority();
    }
    String host = Optional.ofNullable(context.header("Host")).orElse("").replaceFirst(":\\d*$", "");
    if (!HOST.matcher(host).matches()) {
      throw new ProblemException(
          Problem.BAD_REQUEST, "the Host header must be a host name or an address");
    }
    int port = httpsPort.getAsInt();
    return "https://" + host + (port == HTTPS_PORT ? "" : ":" + port);
  }
}
