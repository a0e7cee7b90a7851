package fabwafer.hub.rule;

import org.jdbi.v3.core.Handle;

/** The table of what rules keep of streams, in one transaction. */
record RuleStates(Handle handle, long nowMillis) implements RuleRun.States {
  @Override
  public StreamState of(RuleRun run, String stream) {
    return handle
        .createQuery(
            "select state from alarm_rule_states where rule = :rule and stream = :stream"
                + " and version = :version")
        .bind("rule", run.id())
        .bind("stream", stream)
        .bind("version", run.version())
        .mapTo(String.class)
        .findOne()
        .map(StreamState::parse)
        .orElse(StreamState.EMPTY);
  }

  @Override
  public void keep(RuleRun run, String stream, StreamState state) {
    handle
        .createUpdate(
            "insert into alarm_rule_states (rule, stream, version, state, changed)"
                + " values (:rule, :stream, :version, :state, :now)"
                + " on conflict (rule, stream) do update set version = excluded.version,"
                + " state = excluded.state, changed = excluded.changed")
        .bind("rule", run.id())
        .bind("stream", stream)
        .bind("version", run.version())
        .bind("state", state.json())
        .bind("now", nowMillis)
        .execute();
  }
}
