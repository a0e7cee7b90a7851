package fabwafer.hub.alarm;

import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.protocol.DeviceName;
import fabwafer.protocol.Topic;
import java.io.IOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Messages to hold and release lots, published at the hub's broker on {@code
 * fabwafer/<fab>/<camera>/hold}. A test goes to a topic of no fab's.
 */
final class MqttWayOut implements WayOut {
  /** Where a test is published. */
  private static final DeviceName NOBODY = new DeviceName("fabwafer-test", "none");

  private final Publisher publisher;

  MqttWayOut(Publisher publisher) {
    this.publisher = publisher;
  }

  @Override
  public String name() {
    return "mqtt";
  }

  @Override
  public boolean carries(Notice.Kind kind) {
    return kind != Notice.Kind.ALARM;
  }

  @Override
  public void send(Notice notice) throws IOException {
    JsonNode json = JsonMapper.shared().readTree(notice.json());
    DeviceName device =
        notice.kind() == Notice.Kind.TEST
            ? NOBODY
            : new DeviceName(json.get("fab").stringValue(), json.get("camera").stringValue());
    publisher.publish(new Topic.Hold(device).toString(), notice.json().getBytes(UTF_8));
  }
}
