package fabwafer.hub.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fabwafer.hub.analytics.YieldFollower;
import fabwafer.hub.following.Following;
import fabwafer.hub.following.FollowingConfig;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the analytics view asks the hub, over what the follower keeps. */
class AnalyticsTest {
  private static final String PATH = "/api/v1/analytics/";
  private static final long DAY = 86_400_000;

  /** A whole day, in UTC. */
  private static final long FIRST = TestHub.NOW / DAY * DAY - 20 * DAY;

  private static final byte[] GOOD = WaferImages.toPng(WaferMap.of(2, 2, new byte[] {1, 1, 1, 1}));
  private static final byte[] HALF = WaferImages.toPng(WaferMap.of(2, 2, new byte[] {1, 2, 1, 2}));

  @TempDir private Path folder;
  private TestHub hub;

  @BeforeEach
  void start() {
    hub = TestHub.start(folder);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void controlChart_ofALot_countsItsWafersAlone() throws IOException {
    fill(20, 20, 2);
    String lot =
        get("lots?fromts=0&tots=" + TestHub.NOW + "&limit=1").at("/items/0/lot").stringValue();
    JsonNode all = get("control-chart?fromts=" + FIRST + "&tots=" + (FIRST + 19 * DAY));
    JsonNode chart = get("control-chart?lot=" + lot);
    JsonNode loss = get("control-chart?measure=loss&bucket=hour&lot=" + lot);

    JsonNode ofLot = get("lots?lot=" + lot).at("/items/0");
    assertThat(chart.get("lot").stringValue()).isEqualTo(lot);
    assertThat(sum(chart, "wafers")).isEqualTo(ofLot.get("wafers").longValue()).isPositive();
    assertThat(sum(chart, "wafers")).isLessThan(sum(all, "wafers"));
    assertThat(sum(loss, "inspected")).isEqualTo(4 * sum(chart, "wafers"));
    assertThat(get("control-chart?lot=nothing").get("points")).isEmpty();
  }

  private static long sum(JsonNode chart, String field) {
    return chart.get("points").valueStream().mapToLong(point -> point.get(field).longValue()).sum();
  }

  @Test
  void controlChart_showsTheDayThatIsOutOfControl_byFrozenLimits() throws IOException {
    fill(20, 20, 2);
    JsonNode chart = get("control-chart?fromts=" + FIRST + "&tots=" + (FIRST + 19 * DAY));
    assertThat(chart.get("points")).hasSize(20);
    assertThat(chart.at("/centre").doubleValue()).isEqualTo(0.1, within(1e-9));
    assertThat(signals(chart)).allMatch(List::isEmpty);

    TestClient approver = hub.as(Role.APPROVER);
    TestClient.Answer frozen =
        approver.post(
            PATH + "baselines",
            "{\"fromts\":%d,\"tots\":%d,\"comment\":\"quiet weeks\"}"
                .formatted(FIRST, FIRST + 19 * DAY));
    assertThat(frozen.status()).isEqualTo(201);
    assertThat(frozen.json().get("version").intValue()).isEqualTo(1);
    assertThat(frozen.json().get("madeBy").stringValue()).isEqualTo("the-approver");

    day(20, 20, 10);
    follow();
    JsonNode later = get("control-chart?fromts=" + FIRST + "&tots=" + (FIRST + 20 * DAY));
    assertThat(later.at("/baseline/version").intValue()).isEqualTo(1);
    assertThat(later.at("/centre").doubleValue()).isEqualTo(0.1, within(1e-9));
    assertThat(signals(later).getLast()).contains("beyond 3 sigma", "cusum");
    assertThat(later.at("/points/20/share").doubleValue()).isEqualTo(0.5);

    JsonNode estimated =
        get("control-chart?baseline=estimated&fromts=" + FIRST + "&tots=" + (FIRST + 20 * DAY));
    assertThat(estimated.get("baseline").isNull()).isTrue();
    assertThat(estimated.at("/centre").doubleValue()).isGreaterThan(0.11);
    assertThat(get("baselines").get("items")).hasSize(1);
    assertThat(get("baselines?measure=loss").get("items")).isEmpty();
    assertThat(hub.as(Role.ADMIN).get("/api/v1/audit?action=baseline.frozen").text())
        .contains("quiet weeks");
  }

  @Test
  void baseline_isAnApprovers_andNeedsEnoughPoints() throws IOException {
    fill(9, 2, 0);
    String body = "{\"fromts\":%d,\"tots\":%d}".formatted(FIRST, FIRST + 30 * DAY);
    assertThat(hub.as(Role.REVIEWER).post(PATH + "baselines", body).status()).isEqualTo(403);
    assertThat(hub.as(Role.APPROVER).post(PATH + "baselines", body).detail())
        .isEqualTo("a baseline needs at least 10 days with wafers, this time has 9");
    assertThat(
            hub.as(Role.APPROVER)
                .post(PATH + "baselines", body.replace("{", "{\"camera\":\"camera1\","))
                .detail())
        .isEqualTo("camera needs its fab");
  }

  @Test
  void loss_isTheFailingShareOfTheDies() throws IOException {
    fill(3, 10, 5);
    JsonNode chart = get("control-chart?measure=loss&bucket=hour&fromts=" + FIRST);
    assertThat(chart.at("/points/0/inspected").intValue()).isEqualTo(40);
    assertThat(chart.at("/points/0/defective").intValue()).isEqualTo(10);
    assertThat(chart.at("/points/0/share").doubleValue()).isEqualTo(0.25);
  }

  @Test
  void pareto_countsPatterns_mostFrequentFirst_ofALotToo() throws IOException {
    fill(2, 10, 3);
    hub.classified("ring", FIRST, "Edge-Ring", "{\"lot\":\"other\"}");
    hub.archived("ring", FIRST, GOOD);
    follow();
    JsonNode all = get("pareto?fromts=" + FIRST);
    assertThat(all.get("wafers").intValue()).isEqualTo(21);
    assertThat(all.at("/patterns/0/pattern").stringValue()).isEqualTo("Scratch");
    assertThat(all.at("/patterns/0/wafers").intValue()).isEqualTo(6);
    assertThat(all.at("/patterns/1/cumulative").doubleValue()).isEqualTo(1);
    JsonNode lot = get("pareto?lot=lot0");
    assertThat(lot.get("wafers").intValue()).isEqualTo(10);
    assertThat(lot.at("/patterns/0/share").doubleValue()).isEqualTo(0.3);
    assertThat(get("pareto?lot=none-such").get("patterns")).isEmpty();
  }

  @Test
  void stackedMap_hasTheFailingDiesByPosition_ofADayProductOrLot() throws IOException {
    fill(2, 10, 4);
    JsonNode map = get("stacked-map?fromts=" + FIRST).get("map");
    assertThat(map.get("wafers").intValue()).isEqualTo(20);
    assertThat(map.get("dies").toString()).isEqualTo("[20,20,20,20]");
    assertThat(map.get("failing").toString()).isEqualTo("[0,8,0,8]");
    assertThat(get("stacked-map?lot=lot1").at("/map/failing").toString()).isEqualTo("[0,4,0,4]");
    assertThat(get("stacked-map?product=P1&fromts=" + FIRST).at("/map/wafers").intValue())
        .isEqualTo(20);
    assertThat(get("stacked-map?product=-&fromts=" + FIRST).get("map").isNull()).isTrue();
    assertThat(get("stacked-map?height=3&width=2&fromts=" + FIRST).get("map").isNull()).isTrue();
    assertThat(hub.as(Role.VIEWER).get(PATH + "stacked-map?height=3").detail())
        .isEqualTo("height and width go together");
  }

  @Test
  void lots_areListedLastSeenFirst_everyOneOnce() throws IOException {
    fill(5, 2, 1);
    List<String> seen = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = get("lots?limit=2&fromts=" + FIRST + next);
      page.get("items").forEach(lot -> seen.add(lot.get("lot").stringValue()));
      next = page.get("next").isNull() ? "" : "&cursor=" + page.get("next").stringValue();
    } while (!next.isEmpty());
    assertThat(seen).containsExactly("lot4", "lot3", "lot2", "lot1", "lot0");
    JsonNode lot = get("lots?lot=lot2").at("/items/0");
    assertThat(lot.get("defectRate").doubleValue()).isEqualTo(0.5);
    assertThat(lot.get("yieldRatio").doubleValue()).isEqualTo(0.75);
    assertThat(hub.as(Role.VIEWER).get(PATH + "lots?cursor=x").detail())
        .isEqualTo("cursor is none that this hub gave out");
  }

  @Test
  void comparison_tellsADifferenceFromChance() throws IOException {
    day(0, 60, 6);
    day(5, 60, 24);
    day(9, 60, 7);
    follow();
    String first = "comparison?fromts=%d&tots=%d".formatted(FIRST + 5 * DAY, FIRST + 5 * DAY + 1);
    JsonNode differs = get(first + "&withFromts=%d&withTots=%d".formatted(FIRST, FIRST + DAY - 1));
    assertThat(differs.at("/defectRate/difference").doubleValue()).isEqualTo(0.3, within(1e-9));
    assertThat(differs.at("/defectRate/low").doubleValue()).isPositive();
    assertThat(differs.at("/defectRate/pValue").doubleValue()).isLessThan(1e-3);
    assertThat(differs.at("/meanYield/difference").doubleValue()).isEqualTo(-0.15, within(1e-9));
    assertThat(differs.at("/meanYield/pValue").doubleValue()).isLessThan(1e-3);
    assertThat(differs.at("/patterns/0/pattern").stringValue()).isEqualTo("Scratch");

    JsonNode same =
        get(
            "comparison?fromts=%d&tots=%d&withFromts=%d&withTots=%d"
                .formatted(FIRST, FIRST, FIRST + 9 * DAY, FIRST + 9 * DAY));
    assertThat(same.at("/defectRate/pValue").doubleValue()).isGreaterThan(0.5);
    JsonNode empty = get("comparison?fromts=0&tots=1");
    assertThat(empty.get("defectRate").isNull()).isTrue();
  }

  @Test
  void chartOfTooManyPoints_orAnEmptyTime_isRefused() {
    hub.database.change(
        handle ->
            handle.execute(
                "with recursive n (i) as (select 0 union all select i + 1 from n where i < 2400)"
                    + " insert into wafer_hours select i * 3600000, 'f', 'c', '', 'none', 1, 0, 0,"
                    + " 0, 0, 0 from n"));
    assertThat(hub.as(Role.VIEWER).get(PATH + "control-chart?bucket=hour&fromts=0").detail())
        .startsWith("a chart has at most 2,400 points, these were 2,401");
    assertThat(hub.as(Role.VIEWER).get(PATH + "pareto?fromts=5&tots=4").detail())
        .isEqualTo("tots must not be before fromts");
  }

  /** Days from the first on; each a lot of wafers, some of them scratched. */
  private void fill(int days, int wafers, int scratched) throws IOException {
    for (int day = 0; day < days; day++) {
      day(day, wafers, scratched);
    }
    follow();
  }

  private void day(int day, int wafers, int scratched) throws IOException {
    for (int i = 0; i < wafers; i++) {
      String imgid = "d%d-%d".formatted(day, i);
      long time = FIRST + day * DAY + i;
      String more = "{\"lot\":\"lot%d\",\"product\":\"P1\"}".formatted(day);
      hub.classified(imgid, time, i < scratched ? "Scratch" : "none", more);
      hub.archived(imgid, time, i < scratched ? HALF : GOOD);
    }
  }

  private void follow() {
    new Following(
            hub.database,
            hub.archive,
            List.of(new YieldFollower()),
            FollowingConfig.DEFAULT,
            hub.metrics.registry(),
            hub.clock)
        .catchUp();
  }

  private JsonNode get(String path) {
    TestClient.Answer answer = hub.as(Role.VIEWER).get(PATH + path);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  private static List<List<String>> signals(JsonNode chart) {
    List<List<String>> signals = new ArrayList<>();
    chart
        .get("points")
        .forEach(
            point ->
                signals.add(
                    point.get("signals").valueStream().map(JsonNode::stringValue).toList()));
    return signals;
  }
}
