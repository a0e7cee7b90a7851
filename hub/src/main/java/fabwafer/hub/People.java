package fabwafer.hub;

import fabwafer.hub.account.AccountRoutes;
import fabwafer.hub.account.Accounts;
import fabwafer.hub.account.ApiTokens;
import fabwafer.hub.account.TokenRoutes;
import fabwafer.hub.audit.AuditLog;
import fabwafer.hub.audit.AuditRoutes;
import fabwafer.hub.oidc.OidcRoutes;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;

/**
 * People and programs that log in: accounts, API tokens, the OpenID provider, and the audit of what
 * they do.
 */
record People(Accounts accounts, ApiTokens tokens, OidcRoutes oidc, AuditLog audit)
    implements RouteSource {

  static People of(Foundation base) {
    ApiTokens tokens = new ApiTokens(base.database(), base.clock(), base.audit(), base.strangers());
    Accounts accounts =
        new Accounts(
            base.database(),
            base.config().accounts(),
            base.clock(),
            base.audit(),
            base.strangers(),
            tokens);
    OidcRoutes oidc =
        new OidcRoutes(base.config().oidc(), accounts, base.strangers(), base.clock());
    return new People(accounts, tokens, oidc, base.audit());
  }

  @Override
  public void addTo(Routes routes) {
    new AccountRoutes(accounts, oidc::logoutAddress).addTo(routes);
    oidc.addTo(routes);
    new TokenRoutes(tokens).addTo(routes);
    new AuditRoutes(audit).addTo(routes);
  }
}
