package fabwafer.hub.web;

/** Answers the requests of one route; runs on several of the server's threads at a time. */
@FunctionalInterface
public interface Handler {
  /**
   * Answers.
   *
   * @throws ProblemException for an answer that says what the caller did wrong
   * @throws Exception for what the caller cannot mend: it is logged, the caller gets a 500
   */
  void handle(Exchange exchange) throws Exception;
}
