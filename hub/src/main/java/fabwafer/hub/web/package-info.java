/**
 * The HTTP server: routing, roles, problem details, the portal's files, server-sent events, health
 * and metrics. {@link fabwafer.hub.web.WebServer} is started by the hub with the {@link
 * fabwafer.hub.web.RouteSource}s of the features; the features know of this package {@link
 * fabwafer.hub.web.Routes}, {@link fabwafer.hub.web.Exchange} with its {@link
 * fabwafer.hub.web.Parameters} and {@link fabwafer.hub.web.ProblemException}, and never the web
 * server's library. Handlers run on the server's threads, several at a time.
 */
@NullMarked
package fabwafer.hub.web;

import org.jspecify.annotations.NullMarked;
