package fabwafer.hub.alarm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Notices as JSON, posted to a URL. Delivered where the answer is 2xx; a repeated one carries the
 * same {@code Idempotency-Key}. Speaks HTTP/1.1 itself: the JDK's client would ask for the host's
 * address once more, and could be given another than the one that was judged.
 */
final class WebhookWayOut implements WayOut {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** Most bytes of an answer that are read until its status is known. */
  private static final int MAX_HEAD_BYTES = 64 * 1024;

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})( .*)?");

  private final URI target;
  private final AllowedTargets allowed;
  private final boolean tls;

  WebhookWayOut(URI target, AllowedTargets allowed) {
    this.target = target;
    this.allowed = allowed;
    this.tls = "https".equals(target.getScheme().toLowerCase(Locale.ROOT));
  }

  @Override
  public String name() {
    return "webhook";
  }

  @Override
  public boolean carries(Notice.Kind kind) {
    return true;
  }

  @Override
  public void send(Notice notice) throws IOException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    int port = target.getPort() >= 0 ? target.getPort() : tls ? HTTPS_PORT : HTTP_PORT;
    try (Socket plain = new Socket()) {
      plain.connect(
          new InetSocketAddress(allowed.addressOf(target.getHost()), port), left(deadline));
      plain.setSoTimeout(left(deadline));
      Socket socket = tls ? secured(plain, port) : plain;
      write(socket.getOutputStream(), notice);
      int status = status(socket, deadline);
      if (status < 200 || status > 299) {
        throw new IOException("the receiver answered HTTP " + status);
      }
    }
  }

  private Socket secured(Socket plain, int port) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket socket = (SSLSocket) factory.createSocket(plain, target.getHost(), port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private void write(OutputStream out, Notice notice) throws IOException {
    String path =
        target.getRawPath() == null || target.getRawPath().isEmpty() ? "/" : target.getRawPath();
    String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
    String port = target.getPort() >= 0 ? ":" + target.getPort() : "";
    byte[] body = notice.json().getBytes(UTF_8);
    String head =
        String.join(
            "\r\n",
            "POST " + path + query + " HTTP/1.1",
            "Host: " + target.getHost() + port,
            "User-Agent: fabwafer",
            "Content-Type: application/json",
            "Content-Length: " + body.length,
            "Idempotency-Key: fabwafer-" + notice.topic(),
            "Connection: close",
            "",
            "");
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head.getBytes(US_ASCII));
    request.writeBytes(body);
    request.writeTo(out);
    out.flush();
  }

  /** The status of the answer; an interim one (1xx) is passed over with its head. */
  private static int status(Socket socket, long deadline) throws IOException {
    InputStream in = socket.getInputStream();
    int[] budget = {MAX_HEAD_BYTES};
    while (true) {
      Matcher line = STATUS.matcher(line(socket, in, deadline, budget));
      if (!line.matches()) {
        throw new IOException("the receiver does not answer in HTTP/1.1");
      }
      int status = Integer.parseInt(line.group(1));
      if (status >= 200) {
        return status;
      }
      while (!line(socket, in, deadline, budget).isEmpty()) {
        // The interim answer's head.
      }
    }
  }

  private static String line(Socket socket, InputStream in, long deadline, int[] budget)
      throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      socket.setSoTimeout(left(deadline));
      int next = in.read();
      if (next < 0 || budget[0]-- <= 0) {
        throw new IOException("the receiver's answer ends, or is too long, before its status");
      }
      if (next == '\n') {
        return line.toString(US_ASCII).stripTrailing();
      }
      line.write(next);
    }
  }

  private static int left(long deadline) throws IOException {
    long millis = (deadline - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new IOException("the receiver did not answer in " + TIMEOUT.toSeconds() + " s");
    }
    return (int) millis;
  }
}
