package fabwafer.hub.web;

/**
 * Who sends a request.
 *
 * @param user the account's name
 * @param role the account's role at the time of the request
 */
public record Caller(String user, Role role) {}
