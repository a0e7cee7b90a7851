package fabwafer.hub.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fabwafer.hub.HubException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedTargetsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.1.2.3",
        "localhost",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:169.254.169.254]",
        "[::127.0.0.1]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]"
      })
  void addressesInsideTheNetwork_areRefused_unlessAllowed(String host) {
    assertThatThrownBy(() -> new AllowedTargets(List.of()).addressOf(host))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("an address inside the network; hub.alarm-webhook-allow lets it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "[2606:4700::1111]"})
  void addressesOfTheInternet_areAllowed(String host) throws IOException {
    assertThat(new AllowedTargets(List.of()).addressOf(host)).isNotNull();
  }

  @Test
  void whatTheOperatorNames_isAllowed_andNothingBeside() throws IOException {
    AllowedTargets allowed = new AllowedTargets(List.of("10.1.0.0/16", "localhost", "fd00::/8"));
    assertThat(allowed.addressOf("10.1.255.1").getHostAddress()).isEqualTo("10.1.255.1");
    assertThat(allowed.addressOf("LOCALHOST").isLoopbackAddress()).isTrue();
    assertThat(allowed.addressOf("[fd12::1]")).isNotNull();
    assertThatThrownBy(() -> allowed.addressOf("10.2.0.1")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> allowed.addressOf("127.0.0.1")).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/x", "a b", "http://x", "300.1.1.1", ""})
  void whatIsNoTarget_isTold(String text) {
    assertThatThrownBy(() -> new AllowedTargets(List.of(text))).isInstanceOf(HubException.class);
  }
}
