package fabwafer.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fabwafer.wafer.record.DieState;
import fabwafer.wafer.record.WaferRecord;
import fabwafer.wafer.record.WaferRecordBuilder;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class InspectionNameTest {
  private static final DeviceName CAMERA1 = new DeviceName("faba", "camera1");

  @Test
  void name_isTheSameForTheSameWafer_andAnotherForAnythingElse() {
    InspectionName name = name(CAMERA1, "lot.stdf", wafer("L1", "W 1", 2), 0);

    assertThat(name.imgid()).matches("L1-W_1-[0-9a-f]{12}");
    assertThat(name).isEqualTo(name(CAMERA1, "lot.stdf", wafer("L1", "W 1", 2), 0));
    assertThat(
            List.of(
                name(new DeviceName("faba", "camera2"), "lot.stdf", wafer("L1", "W 1", 2), 0),
                name(CAMERA1, "lot2.stdf", wafer("L1", "W 1", 2), 0),
                name(CAMERA1, "lot.stdf", wafer("L1", "W_1", 2), 0),
                name(CAMERA1, "lot.stdf", wafer("L1", "W 1", 3), 0),
                name(CAMERA1, "lot.stdf", wafer("L1", "W 1", 2), 1)))
        .doesNotHaveDuplicates()
        .doesNotContain(name);
  }

  @Test
  void name_isLegal_whateverTheFileSays() {
    String odd = "../\u0000\u202e.lot/" + "x".repeat(300);
    for (WaferRecord wafer : List.of(wafer(odd, odd, 1), wafer("", "", 1), wafer(".", "", 1))) {
      assertThat(Names.isName(name(CAMERA1, "..odd" + odd, wafer, 0).imgid())).isTrue();
    }
  }

  @Test
  void timestamp_isTheFilesOwn_elseItsModificationTime() {
    assertThat(at("STDF V4 (big-endian)", "2026-11-23T10:00:00Z", ZoneOffset.UTC))
        .hasToString("2026-11-23T10:00:00Z");
    assertThat(at("KLARF 1.2", "11-23-26 10:00:00", ZoneOffset.UTC))
        .hasToString("2026-11-23T10:00:00Z");
    assertThat(at("KLARF 1.8", "11-23-2026 10:00:00", ZoneId.of("Europe/Berlin")))
        .hasToString("2026-11-23T09:00:00Z");
    assertThat(at("SEMI G85", "20261123100000", ZoneOffset.UTC))
        .hasToString("2026-11-23T10:00:00Z");
    assertThat(at("text map", "2026/11/23 10:00", ZoneOffset.UTC))
        .hasToString("2026-11-23T10:00:00Z");
    for (String unclear : List.of("", "yesterday", "11/12/2026 10:00:00", "2026-13-40 10:00:00")) {
      assertThat(at("text map", unclear, ZoneOffset.UTC)).isEqualTo(Instant.ofEpochMilli(1234));
    }
  }

  private static Instant at(String format, String time, ZoneId zone) {
    WaferRecord wafer =
        new WaferRecordBuilder(format, "f").time(time).die(0, 0, DieState.PASS, 1).build();
    return Instant.ofEpochMilli(
        InspectionName.of(CAMERA1, "f", wafer, 0, zone, 1234).timestampMillis());
  }

  private static InspectionName name(DeviceName device, String file, WaferRecord wafer, int at) {
    return InspectionName.of(device, file, wafer, at, ZoneOffset.UTC, 1_700_000_000_000L);
  }

  private static WaferRecord wafer(String lot, String id, int bin) {
    return new WaferRecordBuilder("CSV", "file")
        .lot(lot)
        .wafer(id)
        .die(0, 0, DieState.PASS, 1)
        .die(1, 0, DieState.FAIL, bin)
        .build();
  }
}
