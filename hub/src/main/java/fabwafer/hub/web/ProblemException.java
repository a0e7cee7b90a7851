package fabwafer.hub.web;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that is answered with a problem; the message is fit for the caller to read. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Problem problem;
  private final @Nullable String parameter;
  private final @Nullable Duration retryAfter;

  private ProblemException(
      Problem problem, String detail, @Nullable String parameter, @Nullable Duration retryAfter) {
    super(detail);
    this.problem = problem;
    this.parameter = parameter;
    this.retryAfter = retryAfter;
  }

  /**
   * A problem.
   *
   * @param detail what is wrong, where, and which limit; a sentence without full stop
   */
  public ProblemException(Problem problem, String detail) {
    this(problem, detail, null, null);
  }

  /** A parameter of path or query that is out of its limits. */
  public static ProblemException parameter(String parameter, String detail) {
    return new ProblemException(Problem.BAD_PARAMETER, detail, parameter, null);
  }

  /** A field of the body that is missing or out of its limits. */
  public static ProblemException field(String field, String detail) {
    return new ProblemException(Problem.BAD_BODY, detail, field, null);
  }

  /** Something that is not there. */
  public static ProblemException notFound(String detail) {
    return new ProblemException(Problem.NOT_FOUND, detail);
  }

  /** Too much at once; the caller may try again. */
  public static ProblemException tooMany(String detail, Duration retryAfter) {
    return new ProblemException(Problem.TOO_MANY_REQUESTS, detail, null, retryAfter);
  }

  /** Which kind of problem. */
  public Problem problem() {
    return problem;
  }

  String detail() {
    return String.valueOf(getMessage());
  }

  Optional<String> parameter() {
    return Optional.ofNullable(parameter);
  }

  Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
