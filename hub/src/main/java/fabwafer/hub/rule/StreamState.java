package fabwafer.hub.rule;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a rule keeps of a stream between wafers.
 *
 * @param seen wafers that the test counts at the moment: of the window, or of the group
 * @param bad how many of them are bad
 * @param groups full groups that the chart's statistic is of
 * @param value the chart's statistic, where the test has one
 * @param window the wafers of the window, the oldest first, {@code 1} for a bad one; empty text
 *     where the test has no window
 * @param wafers the newest bad wafers that it counts, the oldest first; at most {@link #MAX_WAFERS}
 */
record StreamState(
    long seen, long bad, long groups, double value, String window, List<BadWafer> wafers) {
  /** Most wafers that are kept to be shown in an alarm. */
  static final int MAX_WAFERS = 100;

  static final StreamState EMPTY = new StreamState(0, 0, 0, 0, "", List.of());

  private static final JsonMapper MAPPER = JsonMapper.shared();

  StreamState {
    wafers = List.copyOf(wafers);
  }

  static StreamState parse(String json) {
    return MAPPER.readValue(json, StreamState.class);
  }

  String json() {
    return MAPPER.writeValueAsString(this);
  }

  /** The wafers and one more; the oldest goes past the bound. */
  List<BadWafer> with(BadWafer wafer) {
    List<BadWafer> all = new ArrayList<>(wafers);
    all.add(wafer);
    return all.size() <= MAX_WAFERS ? all : all.subList(all.size() - MAX_WAFERS, all.size());
  }
}
