package fabwafer.wafer.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import fabwafer.wafer.Turn;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.record.Bin;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.WaferRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

class FabWriterTest {
  private static final WaferMap WAFER = FabFiles.wafer();

  @Test
  void everyFormat_readsBackAsTheSameWafer() {
    List<WaferRecord> records =
        List.of(
            FabFiles.one("t", FabFiles.bytes(FabFiles.textMap(WAFER, "180 (DOWN)", "W<1>"))),
            FabFiles.one("g", FabFiles.bytes(FabFiles.g85(WAFER.turned(Turn.CLOCKWISE_90), 90, 3))),
            FabFiles.one("k", FabFiles.bytes(FabFiles.klarf(WAFER, "DOWN", false))));
    for (WaferRecord record : records) {
      for (FabFormat format : List.of(FabFormat.CSV, FabFormat.G85, FabFormat.E142)) {
        String text = FabWriter.write(record, format, "Edge-Ring");
        assertThat(text).as("%s", format).contains("Edge-Ring");
        WaferRecord back = FabFiles.one("back." + format.suffix(), FabFiles.bytes(text));
        assertThat(back.map()).as("%s of %s", format, record).isEqualTo(record.map());
        assertThat(back.grid().notch()).isEqualTo(NotchSide.DOWN);
        assertThat(back.identity().lot()).isEqualTo(record.identity().lot());
        assertThat(back.identity().wafer()).isEqualTo(record.identity().wafer());
        assertThat(back.counts()).isEqualTo(record.counts());
        assertThat(back.pattern()).as("%s", format).isEqualTo("Edge-Ring");
        if (!record.bins().isEmpty()) {
          assertThat(back.bins())
              .extracting(Bin::number, Bin::quality, Bin::dies)
              .containsExactlyElementsOf(
                  record.bins().stream()
                      .map(b -> tuple(b.number(), b.quality(), b.dies()))
                      .toList());
        }
      }
    }
  }

  @Test
  void inEveryOrientation_whatIsWrittenReadsBackAsTheSameWafer() {
    List<String> sides = List.of("DOWN", "LEFT", "UP", "RIGHT");
    for (Turn turn : Turn.values()) {
      boolean mirrored = turn.name().startsWith("MIRRORED");
      String side = sides.get(List.of(Turn.values()).indexOf(turn) % 4);
      WaferMap drawn = WAFER.turned(turn);
      WaferRecord record =
          FabFiles.one("k", FabFiles.bytes(FabFiles.klarf18(drawn, side, mirrored)));
      assertThat(record.map()).as("%s", turn).isEqualTo(WAFER);
      for (FabFormat format : FabFormat.values()) {
        String text = FabWriter.write(record, format, "");
        WaferRecord back = FabFiles.one("back", FabFiles.bytes(text));
        assertThat(back.map()).as("%s of %s", format, turn).isEqualTo(WAFER);
        assertThat(back.pattern()).isEmpty();
        if (format == FabFormat.KLARF) {
          assertThat(back.grid()).isEqualTo(record.grid());
          assertThat(back.defects()).isEqualTo(record.defects());
          assertThat(back.geometry()).isEqualTo(record.geometry());
        }
      }
    }
  }

  @Test
  void klarf_keepsItsDefectsInTheirPlaces() {
    String file = FabFiles.klarf(WAFER.turned(Turn.MIRRORED_CLOCKWISE_90), "LEFT", true);
    WaferRecord record = FabFiles.one("k", FabFiles.bytes(file));
    String text = FabWriter.write(record, FabFormat.KLARF, "Scratch");
    WaferRecord back = FabFiles.one("k", FabFiles.bytes(text));
    assertThat(back.map()).isEqualTo(record.map()).isEqualTo(WAFER);
    assertThat(back.grid()).isEqualTo(record.grid());
    assertThat(back.defects()).isEqualTo(record.defects());
    assertThat(back.defectClasses()).isEqualTo(record.defectClasses());
    assertThat(back.pattern()).isEqualTo("Scratch");
    WaferRecord other = FabFiles.one("s", FabFiles.bytes(FabFiles.sinf(WAFER, 180)));
    assertThatThrownBy(() -> FabWriter.write(other, FabFormat.KLARF, ""))
        .hasMessageContaining("this one is SINF");
  }
}
