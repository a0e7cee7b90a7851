package fabwafer.agent;

import fabwafer.agent.BrokerConnection.Message;
import fabwafer.protocol.StatusMessage;
import fabwafer.protocol.StatusMessage.State;
import fabwafer.protocol.Topic;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * When and what of one camera's status is published: when it changed, at most every two seconds,
 * and every half minute anyway. For the publisher's thread.
 */
final class StatusBoard {
  private static final Duration SHORTEST = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Topic.Status topic;
  private final String agent;
  private final Clock clock;
  private final Supplier<ObjectNode> content;
  private @Nullable ObjectNode published;
  private long publishedAtNanos;

  /**
   * @param agent who says it: two agents of one camera have one topic
   * @param content what the status says beside state and time, as it is now
   */
  StatusBoard(Topic.Status topic, String agent, Clock clock, Supplier<ObjectNode> content) {
    this.topic = topic;
    this.agent = agent;
    this.clock = clock;
    this.content = content;
  }

  /** What the broker says when the connection is gone without a goodbye. */
  Message lastWill() {
    return message(State.OFFLINE, JsonNodeFactory.instance.objectNode().put("agent", agent));
  }

  /** The goodbye. */
  Message offline() {
    return message(State.OFFLINE, content.get());
  }

  /** The status, if it is to be published now. */
  Optional<Message> takeIfDue() {
    ObjectNode now = content.get();
    if (published != null) {
      long age = System.nanoTime() - publishedAtNanos;
      boolean changed = !now.equals(published);
      if (age < (changed ? SHORTEST : LONGEST).toNanos()) {
        return Optional.empty();
      }
    }
    published = now;
    publishedAtNanos = System.nanoTime();
    return Optional.of(message(State.ONLINE, now));
  }

  /** The status is to be published at the next occasion: nobody has it. */
  void markDue() {
    published = null;
  }

  /** How long until the status should be looked at again, in nanoseconds. */
  long untilDueNanos() {
    return published == null ? 0 : SHORTEST.toNanos();
  }

  private Message message(State state, ObjectNode more) {
    byte[] payload = new StatusMessage(state, clock.millis(), more).toPayload();
    return new Message(topic.toString(), payload, true);
  }
}
