package fabwafer.hub.broker;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.hub.device.Device;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopicRightsTest {
  private static final Device OF_TWO = device(List.of("camera1", "camera2"));
  private static final Device OF_ALL = device(List.of());

  @Test
  void device_writesItsOwnCamerasTopics() {
    for (String topic :
        List.of(
            "fabwafer/faba/camera1/img/x",
            "fabwafer/faba/camera2/prediction/x",
            "fabwafer/faba/camera1/status",
            "fabwafer/faba/camera1/model/reported",
            "fabwafer/faba/camera1/model/reported/state")) {
      assertThat(TopicRights.mayNotPublish(OF_TWO, topic, false)).as(topic).isEmpty();
    }
    assertThat(TopicRights.mayNotPublish(OF_ALL, "fabwafer/faba/any/img/x", false)).isEmpty();
  }

  @Test
  void device_writesNothingElse() {
    for (String topic :
        List.of(
            "fabwafer/fabb/camera1/img/x",
            "fabwafer/faba/camera3/img/x",
            "fabwafer/faba/camera1/model/desired",
            "fabwafer/faba/camera1/model/reportedly",
            "fabwafer/faba/camera1/hold",
            "fabwafer/faba/camera1/model",
            "fabwafer/faba/camera1/img",
            "fabwafer/faba/camera1/img/x/y",
            "fabwafer/faba/camera1/img/../../fabb",
            "fabwafer/faba/camera1/status/x",
            "fabwafer//camera1/img/x",
            "/fabwafer/faba/camera1/img/x",
            "Fabwafer/faba/camera1/img/x",
            "$SYS/x",
            "$share/hub/fabwafer/faba/camera1/img/x",
            "")) {
      assertThat(TopicRights.mayNotPublish(OF_TWO, topic, false)).as(topic).isPresent();
      assertThat(TopicRights.mayNotWill(OF_TWO, topic, false)).as(topic).isPresent();
    }
    assertThat(TopicRights.mayNotPublish(OF_ALL, "fabwafer/fabb/any/img/x", false)).isPresent();
  }

  @Test
  void onlyStates_mayBeRetained_orBeALastWill() {
    assertThat(TopicRights.mayNotPublish(OF_TWO, "fabwafer/faba/camera1/img/x", true)).isPresent();
    assertThat(TopicRights.mayNotPublish(OF_TWO, "fabwafer/faba/camera1/prediction/x", true))
        .isPresent();
    assertThat(TopicRights.mayNotPublish(OF_TWO, "fabwafer/faba/camera1/status", true)).isEmpty();
    assertThat(TopicRights.mayNotWill(OF_TWO, "fabwafer/faba/camera1/status", true)).isEmpty();
    assertThat(TopicRights.mayNotWill(OF_TWO, "fabwafer/faba/camera1/img/x", false)).isPresent();
    assertThat(TopicRights.mayNotWill(OF_TWO, "fabwafer/faba/camera1/model/reported", false))
        .isPresent();
  }

  @Test
  void stranger_publishesBelowTheRoot_butHoldsNoLot() {
    assertThat(TopicRights.strangerMayNotPublish("fabwafer/faba/camera1/img/x")).isEmpty();
    assertThat(TopicRights.strangerMayNotPublish("other/faba/camera1/img/x")).isPresent();
    assertThat(TopicRights.strangerMayNotPublish("fabwafer/faba/camera1/hold"))
        .contains("the hub alone holds lots");
  }

  @Test
  void device_readsItsOwnModelTopicsAlone() {
    for (String filter :
        List.of(
            "fabwafer/faba/camera1/model/#",
            "fabwafer/faba/camera2/model/desired",
            "fabwafer/faba/camera1/model/+/x")) {
      assertThat(TopicRights.mayNotSubscribe(OF_TWO, filter)).as(filter).isEmpty();
    }
    assertThat(TopicRights.mayNotSubscribe(OF_ALL, "fabwafer/faba/+/model/#")).isEmpty();
    for (String filter :
        List.of(
            "#",
            "+/faba/camera1/model/#",
            "fabwafer/+/camera1/model/#",
            "fabwafer/#",
            "fabwafer/faba/#",
            "fabwafer/faba/+/model/#",
            "fabwafer/faba/camera3/model/#",
            "fabwafer/fabb/camera1/model/#",
            "fabwafer/faba/camera1/+/#",
            "fabwafer/faba/camera1/img/#",
            "fabwafer/faba/camera1/status",
            "fabwafer/faba/camera1/model",
            "$share/x/fabwafer/faba/camera1/model/#",
            "$SYS/#")) {
      assertThat(TopicRights.mayNotSubscribe(OF_TWO, filter)).as(filter).isPresent();
    }
    assertThat(TopicRights.mayNotSubscribe(OF_ALL, "fabwafer/+/+/model/#")).isPresent();
  }

  @Test
  void clientIds_ofADeviceWhoseNameBeginsAlike_areNotOwned() {
    assertThat(OF_TWO.owns("scanner")).isTrue();
    assertThat(OF_TWO.owns("scanner/camera1")).isTrue();
    assertThat(OF_TWO.owns("scanner7")).isFalse();
    assertThat(OF_TWO.owns("scanner-7/camera1")).isFalse();
    assertThat(OF_TWO.owns("")).isFalse();
  }

  private static Device device(List<String> cameras) {
    return new Device(
        "scanner",
        "faba",
        cameras,
        false,
        1,
        Optional.of("hash"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        "user:eva",
        Optional.empty(),
        Optional.empty());
  }
}
