/**
 * Accounts, passwords, sessions and roles. {@link fabwafer.hub.account.Accounts} is made by the hub
 * and asked by the web server for every request; {@link fabwafer.hub.account.AccountRoutes} is the
 * REST interface to it. Safe on any thread.
 */
@NullMarked
package fabwafer.hub.account;

import org.jspecify.annotations.NullMarked;
