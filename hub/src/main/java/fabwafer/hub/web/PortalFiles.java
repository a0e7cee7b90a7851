package fabwafer.hub.web;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The portal's files, from the folder {@code portal/} on the class path. An address that is no file
 * is one of the portal's own views: a browser that asks for a page gets the portal's page.
 */
final class PortalFiles {
  /** The types of file that are served; what has another ending is no file of the portal. */
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("mjs", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("map", "application/json"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("txt", "text/plain; charset=utf-8"));

  private static final String FOLDER = "portal";
  private static final String PAGE = "/index.html";

  /** A path of plain names: no way out of the folder, no hidden file. */
  private static final Pattern PLAIN_PATH =
      Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}){1,8}");

  private static final int VERSION_CHARS = 32;

  private static final class PortalFile {
    private final String type;
    private final byte[] bytes;
    private final String version;

    PortalFile(String type, byte[] bytes) {
      this.type = type;
      this.bytes = bytes;
      this.version = versionOf(bytes);
    }
  }

  // Only files that exist are kept, so that it cannot grow past the portal's size.
  private final Map<String, PortalFile> files = new ConcurrentHashMap<>();

  /**
   * Answers with a file of the portal.
   *
   * @return false if there is none for this request, which is then unanswered
   */
  boolean answer(Context context) throws IOException {
    String path = context.path();
    if (path.equals("/api") || path.startsWith("/api/")) {
      return false;
    }
    Optional<PortalFile> file = file(path);
    if (file.isEmpty() && wantsPage(context)) {
      file = file(PAGE);
    }
    if (file.isEmpty()) {
      return false;
    }
    Exchange exchange = new Exchange(context, Optional.empty(), false);
    exchange.askAgain();
    if (!exchange.clientHas(file.get().version)) {
      exchange.bytes(file.get().type, file.get().bytes);
      exchange.status(200);
    }
    return true;
  }

  private static boolean wantsPage(Context context) {
    String accept = context.header("Accept");
    return context.path().equals("/") || (accept != null && accept.contains("text/html"));
  }

  private Optional<PortalFile> file(String path) throws IOException {
    PortalFile known = files.get(path);
    if (known != null) {
      return Optional.of(known);
    }
    String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
    if (type == null || !PLAIN_PATH.matcher(path).matches()) {
      return Optional.empty();
    }
    try (InputStream in = PortalFiles.class.getClassLoader().getResourceAsStream(FOLDER + path)) {
      if (in == null) {
        return Optional.empty();
      }
      byte[] bytes = in.readAllBytes();
      PortalFile file = new PortalFile(type, bytes);
      files.put(path, file);
      return Optional.of(file);
    }
  }

  private static String versionOf(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest).substring(0, VERSION_CHARS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
