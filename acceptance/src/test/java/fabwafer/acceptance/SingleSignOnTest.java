package fabwafer.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Logging in at a real OpenID provider, by browser and by hand. */
class SingleSignOnTest {
  private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");
  private static final int MAX_HOPS = 10;

  @TempDir private static Path folder;
  private static RunningHub hub;
  private static OpenIdProvider provider;

  @BeforeAll
  static void start() {
    int port = Program.freePort();
    hub =
        RunningHub.start(
            folder.resolve("hub"),
            "public-url={address}",
            "oidc-issuer=http://localhost:" + port,
            "oidc-client-id=" + OpenIdProvider.CLIENT,
            "oidc-client-secret=" + OpenIdProvider.SECRET,
            "oidc-label=the fab's accounts",
            "oidc-roles=engineers=reviewer,fab-admins=admin");
    provider = OpenIdProvider.start(port, hub.address());
  }

  @AfterAll
  static void stop() {
    provider.close();
    hub.close();
  }

  @Test
  void thePortal_logsIn_byTheButton_andOutOfBoth() {
    try (Browser browser = Browser.open(hub.address())) {
      browser.find("#single-sign-on").click();
      browser.type("input[name=username]", "tom");
      browser.type("input[name=password]", OpenIdProvider.PASSWORD);
      browser.find("button[type=submit]").click();

      browser.awaitText("button.account", "tom");
      browser.find("button.account").click();
      browser.find("#log-out").click();
      browser.awaitText("#single-sign-on", "the fab's accounts");
      browser.find("#single-sign-on").click();
      // Not let in again without a password: the provider's session is ended, too.
      browser.find("input[name=username]");
    }
  }

  @Test
  void groupsSayTheRole_andTheAccountIsMadeOnce() {
    Person eva = new Person();
    assertThat(eva.logIn("eva").toString()).isEqualTo(hub.address() + "/");
    assertThat(eva.session().get("role").stringValue()).isEqualTo("admin");
    assertThat(eva.session().get("user").stringValue()).isEqualTo("eva");
    assertThat(new Person().logIn("eva").toString()).isEqualTo(hub.address() + "/");
    JsonNode accounts = hub.admin().json("/api/v1/accounts").get("items");
    assertThat(accounts.findValuesAsString("user")).containsOnlyOnce("eva");
  }

  @Test
  void whoHasNoGroupHere_isRefused_andToldSo() {
    Person guest = new Person();
    assertThat(guest.logIn("guest").toString()).isEqualTo(hub.address() + "/?login=no-role");
    assertThat(guest.status("/api/v1/session")).isEqualTo(401);
    assertThat(hub.printed()).contains("none of the 1 groups of guest has a role");
  }

  @Test
  void anAnswerThatIsNotThisBrowsers_orComesTwice_isRefused() {
    String expired = hub.address() + "/?login=expired";
    assertThat(new Person().follow(hub.address() + callback("?code=x&state=y")).toString())
        .isEqualTo(expired);

    Person mallory = new Person();
    URI atProvider = mallory.hop(hub.address() + "/api/v1/session/oidc");
    assertThat(atProvider.getQuery())
        .contains("code_challenge_method=S256", "nonce=", "response_type=code");
    assertThat(mallory.follow(hub.address() + callback("?code=x&state=forged")).toString())
        .isEqualTo(expired);

    mallory = new Person();
    String state =
        mallory
            .hop(hub.address() + "/api/v1/session/oidc")
            .getQuery()
            .replaceFirst(".*[?&]?state=([^&]+).*", "$1");
    assertThat(mallory.follow(hub.address() + callback("?code=stolen&state=" + state)).toString())
        .isEqualTo(hub.address() + "/?login=failed");
    assertThat(mallory.follow(hub.address() + callback("?code=stolen&state=" + state)).toString())
        .isEqualTo(expired);
  }

  @Test
  void theProvidersSecret_isInNoLog() {
    new Person().logIn("tom");
    assertThat(hub.printed()).doesNotContain(OpenIdProvider.SECRET);
  }

  private static String callback(String query) {
    return "/api/v1/session/oidc/callback" + query;
  }

  /** Somebody with a browser of their own, who follows where they are sent. */
  private static final class Person {
    private final HttpClient client =
        HttpClient.newBuilder()
            .cookieHandler(new CookieManager())
            .connectTimeout(Duration.ofSeconds(20))
            .build();

    /** Logs in at the provider; answers where the browser ends up. */
    URI logIn(String user) {
      URI login = follow(hub.address() + "/api/v1/session/oidc");
      Matcher csrf = CSRF.matcher(send(HttpRequest.newBuilder(login).GET()).body());
      assertThat(csrf.find()).as("the provider's login page").isTrue();
      String form =
          "username=%s&password=%s&_csrf=%s"
              .formatted(user, encoded(OpenIdProvider.PASSWORD), encoded(csrf.group(1)));
      HttpResponse<String> answer =
          send(
              HttpRequest.newBuilder(login)
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .POST(BodyPublishers.ofString(form)));
      return follow(target(answer).toString());
    }

    JsonNode session() {
      return JsonMapper.shared()
          .readTree(
              send(HttpRequest.newBuilder(URI.create(hub.address() + "/api/v1/session"))).body());
    }

    int status(String path) {
      return send(HttpRequest.newBuilder(URI.create(hub.address() + path))).statusCode();
    }

    /** One redirect. */
    URI hop(String address) {
      return target(send(HttpRequest.newBuilder(URI.create(address)).GET()));
    }

    /** Redirects to their end. */
    URI follow(String address) {
      URI here = URI.create(address);
      for (int hop = 0; hop < MAX_HOPS; hop++) {
        HttpResponse<String> answer =
            send(HttpRequest.newBuilder(here).header("Accept", "text/html").GET());
        if (answer.statusCode() / 100 != 3) {
          return here;
        }
        here = target(answer);
      }
      throw new AssertionError("sent around in a circle: " + here);
    }

    private static URI target(HttpResponse<String> answer) {
      return answer.uri().resolve(answer.headers().firstValue("Location").orElseThrow());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
      try {
        return client.send(request.build(), BodyHandlers.ofString());
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
  }
}
