package fabwafer.hub.web;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers the requests that never reach a route because the server cannot read them. */
final class UnreadableRequests extends ErrorHandler {
  private final SecurityHeaders securityHeaders;

  UnreadableRequests(WebConfig config) {
    this.securityHeaders = new SecurityHeaders(config);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    Problem problem =
        switch (status) {
          case 404 -> Problem.NOT_FOUND;
          case 405 -> Problem.METHOD_NOT_ALLOWED;
          case 413 -> Problem.BODY_TOO_LARGE;
          case 415 -> Problem.UNSUPPORTED_CONTENT_TYPE;
          default -> status >= 500 ? Problem.FAILED : Problem.BAD_REQUEST;
        };
    if (problem == Problem.BAD_REQUEST || problem == Problem.FAILED) {
      // The library knows finer ones (431, 505); the body tells the same number as the head.
      response.setStatus(problem.status());
    }
    securityHeaders.forEach((name, value) -> response.getHeaders().put(name, value));
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, ProblemJson.CONTENT_TYPE);
    byte[] body =
        ProblemJson.bytes(
            new ProblemException(
                problem,
                problem == Problem.FAILED
                    ? "the hub failed to answer; its log says why, at this time"
                    : "the request's head cannot be read: status " + status));
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }
}
