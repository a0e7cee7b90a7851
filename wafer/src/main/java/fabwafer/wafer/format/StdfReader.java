package fabwafer.wafer.format;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.record.Bin;
import fabwafer.wafer.record.DieState;
import fabwafer.wafer.record.WaferRecord;
import fabwafer.wafer.record.WaferRecordBuilder;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * STDF V4 of a wafer test, big- or little-endian. Each WIR starts a wafer on its test head, each
 * PRR is a die's result, the last of a die counts. Whether it passed says its PART_FLG unless the
 * caller names the passing bins. x and y are those of the file.
 *
 * <p>Names of bins stand behind the last wafer, so wafers wait for them, up to a bound.
 */
final class StdfReader {
  private static final int FAR = type(0, 10);
  private static final int MIR = type(1, 10);
  private static final int HBR = type(1, 40);
  private static final int WIR = type(2, 10);
  private static final int WRR = type(2, 20);
  private static final int WCR = type(2, 30);
  private static final int PRR = type(5, 20);

  /** REC_TYP of V4 and its additions; 180 and up are a tester's own. */
  private static final Set<Integer> KNOWN = Set.of(0, 1, 2, 5, 10, 15, 20, 50);

  private static final int OWN_TYPES = 180;
  private static final int VERSION = 4;
  private static final int VAX = 0;
  private static final int FAR_LENGTH = 2;
  private static final int PRR_LENGTH = 13;
  private static final int NO_COORDINATE = -32_768;
  private static final int NO_BIN = 0xffff;
  private static final long NO_COUNT = 0xffff_ffffL;
  private static final int FAILED = 0x08;
  private static final int FLAG_INVALID = 0x10;

  /** Most positions of wafers that wait for the names of their bins. */
  private static final long MAX_WAITING_CELLS = 8_000_000;

  private static final int MAX_WAITING = 1_000;

  private final Input input;
  private final StdfRecord record;
  private final Consumer<WaferRecord> wafers;
  private final Map<Integer, OpenWafer> open = new TreeMap<>();
  private final List<OpenWafer> waiting = new ArrayList<>();
  private final Map<Integer, HardBin> hardBins = new HashMap<>();
  private final Map<String, String> facts = new TreeMap<>();
  private final boolean bigEndian;
  private String lot = "";
  private String product = "";
  private String step = "";
  private String start = "";
  private StdfConfiguration configuration = StdfConfiguration.NONE;
  private long waitingCells;
  private long partsOutside;
  private boolean ownTypes;
  private int found;

  /** A bin as HBR names it. */
  private record HardBin(char quality, String name) {}

  /** A wafer between WIR and WRR. */
  private static final class OpenWafer {
    private final WaferRecordBuilder builder;
    private String id;
    private long parts;
    private long partsBefore;
    private long withoutPlace;
    private long withoutFlag;

    OpenWafer(WaferRecordBuilder builder, String id) {
      this.builder = builder;
      this.id = id;
    }
  }

  private StdfReader(Input input, boolean bigEndian, Consumer<WaferRecord> wafers) {
    this.input = input;
    this.bigEndian = bigEndian;
    this.record = new StdfRecord(input.in(), bigEndian);
    this.wafers = wafers;
  }

  private static int type(int type, int sub) {
    return type << 8 | sub;
  }

  /** A file starts with FAR: two bytes long, type 0, sub 10. */
  static boolean recognises(byte[] head) {
    return head.length >= 6
        && head[2] == 0
        && head[3] == 10
        && head[0] + head[1] == FAR_LENGTH
        && head[0] * head[1] == 0;
  }

  static void read(Input input, Consumer<WaferRecord> wafers) throws IOException {
    new StdfReader(input, input.head()[0] == 0, wafers).read();
  }

  private void read() throws IOException {
    while (record.next()) {
      int type = record.type();
      if (type == PRR) {
        part();
      } else if (type == WIR) {
        startWafer();
      } else if (type == WRR) {
        endWafer();
      } else if (type == FAR) {
        checkVersion();
      } else if (type == MIR) {
        lotFacts();
      } else if (type == WCR) {
        configuration();
      } else if (type == HBR) {
        hardBin();
      } else {
        requireKnown(type >> 8);
      }
    }
    for (OpenWafer wafer : List.copyOf(open.values())) {
      wafer.builder.warn("the file ends without the wafer's end (WRR)");
      close(wafer);
    }
    handOut();
    if (found == 0) {
      throw new WaferException(
          "the STDF file holds no wafer: no part with coordinates%s"
              .formatted(partsOutside > 0 ? " (%,d parts without)".formatted(partsOutside) : ""));
    }
  }

  /** A record of an unknown type means that a length was wrong and the rest is noise. */
  private void requireKnown(int recordType) {
    if (recordType >= OWN_TYPES) {
      ownTypes = true;
    } else if (!KNOWN.contains(recordType)) {
      throw new WaferException(
          "the STDF file is damaged: the record at byte %,d has the unknown type %d"
              .formatted(record.offset(), recordType));
    }
  }

  private void checkVersion() {
    int cpu = record.one();
    int version = record.one();
    if (version != VERSION) {
      throw new WaferException("STDF must be of version 4, got %d".formatted(version));
    }
    if (cpu == VAX) {
      throw new WaferException(
          "STDF written by a DEC VAX (CPU_TYPE 0) is not read: its numbers are of another form");
    }
    if (record.offset() == 0 && cpu != (bigEndian ? 1 : 2)) {
      facts.put("CPU_TYPE", "%d, though lengths are %s".formatted(cpu, endian()));
    }
  }

  private String endian() {
    return bigEndian ? "big-endian" : "little-endian";
  }

  private void lotFacts() {
    record.skip(4);
    start = time(record.four());
    record.skip(7);
    lot = record.text();
    product = record.text();
    facts.put("node", record.text());
    facts.put("tester", record.text());
    step = record.text();
    facts.put("job revision", record.text());
    facts.put("sublot", record.text());
    facts.put("operator", record.text());
  }

  private static String time(long seconds) {
    return seconds <= 0 ? "" : Instant.ofEpochSecond(seconds).toString();
  }

  private void configuration() {
    configuration = StdfConfiguration.of(record);
    open.values().forEach(wafer -> configure(wafer.builder));
    waiting.forEach(wafer -> configure(wafer.builder));
  }

  private void configure(WaferRecordBuilder wafer) {
    configuration.applyTo(wafer, input.options());
  }

  private OpenWafer opened(int head, String id) {
    if (open.size() >= MAX_WAITING) {
      throw new WaferException(
          "more than %,d wafers are open at once, at byte %,d"
              .formatted(MAX_WAITING, record.offset()));
    }
    WaferRecordBuilder builder = input.newWafer("STDF V4 (%s)".formatted(endian()));
    builder.wafer(id).time(start);
    OpenWafer wafer = new OpenWafer(builder, id);
    open.put(head, wafer);
    return wafer;
  }

  private void startWafer() {
    int head = record.one();
    record.skip(1);
    String time = time(record.four());
    String id = record.text();
    OpenWafer before = open.remove(head);
    if (before != null) {
      before.builder.warn("the next wafer starts without this one's end (WRR)");
      close(before);
    }
    OpenWafer known = again(head, id);
    OpenWafer wafer = known == null ? opened(head, id) : known;
    if (!time.isEmpty()) {
      wafer.builder.time(time);
    }
  }

  /** A wafer that comes onto the tester once more goes on: the last result of a die counts. */
  private @Nullable OpenWafer again(int head, String id) {
    for (OpenWafer wafer : waiting) {
      if (!id.isEmpty() && wafer.id.equals(id)) {
        wafer.builder.warn("the wafer is tested in more than one run (WIR); last results count");
        waiting.remove(wafer);
        waitingCells -= wafer.builder.cells();
        wafer.partsBefore = wafer.parts;
        open.put(head, wafer);
        return wafer;
      }
    }
    return null;
  }

  private void part() {
    if (record.length() < PRR_LENGTH) {
      throw new WaferException(
          "the part result (PRR) at byte %,d has %d bytes; it needs at least %d"
              .formatted(record.offset(), record.length(), PRR_LENGTH));
    }
    int head = record.one();
    record.skip(1);
    int flags = record.one();
    record.skip(2);
    int hard = bin(record.two());
    int soft = bin(record.two());
    Short x = record.signedTwo();
    Short y = record.signedTwo();
    OpenWafer wafer = waferOf(head);
    if (x == null || y == null || x == NO_COORDINATE || y == NO_COORDINATE) {
      if (wafer == null) {
        partsOutside++;
      } else {
        wafer.parts++;
        wafer.withoutPlace++;
      }
      return;
    }
    if (wafer == null) {
      wafer = opened(head, "");
      wafer.builder.warn("dies stand outside any wafer (no WIR before them)");
    }
    wafer.parts++;
    wafer.builder.die(x, y, passed(wafer, flags, hard) ? DieState.PASS : DieState.FAIL, hard, soft);
  }

  /** A tester with one head may number it differently in WIR and PRR. */
  private @Nullable OpenWafer waferOf(int head) {
    OpenWafer wafer = open.get(head);
    return wafer == null && open.size() == 1 ? open.values().iterator().next() : wafer;
  }

  private static int bin(int value) {
    return value == NO_BIN || value < 0 ? WaferRecord.NO_BIN : value;
  }

  private boolean passed(OpenWafer wafer, int flags, int hardBin) {
    if (input.options().statesPassBins()) {
      return input.options().passes(hardBin);
    }
    if ((flags & FLAG_INVALID) != 0) {
      wafer.withoutFlag++;
      return input.options().passes(hardBin);
    }
    return (flags & FAILED) == 0;
  }

  private void endWafer() {
    int head = record.one();
    record.skip(5);
    long parts = record.four();
    record.skip(16);
    String id = record.text();
    String fabId = record.text();
    OpenWafer wafer = open.remove(head);
    if (wafer == null && open.size() == 1) {
      wafer = open.remove(open.keySet().iterator().next());
    }
    if (wafer == null) {
      return;
    }
    if (!id.isEmpty()) {
      wafer.id = id;
      wafer.builder.wafer(id);
    }
    wafer.builder.fact("fab's wafer id", fabId);
    long had = wafer.parts - wafer.partsBefore;
    if (parts >= 0 && parts != NO_COUNT && parts != had) {
      wafer.builder.warn("WRR counts %,d parts, the file has %,d".formatted(parts, had));
    }
    close(wafer);
  }

  private void close(OpenWafer wafer) {
    open.values().remove(wafer);
    if (wafer.withoutPlace > 0) {
      wafer.builder.warn(
          "%,d parts without coordinates are left out".formatted(wafer.withoutPlace));
    }
    if (wafer.withoutFlag > 0) {
      wafer.builder.warn(
          "%,d results without a valid pass/fail flag are judged by hard bin: 1 passes"
              .formatted(wafer.withoutFlag));
    }
    if (wafer.builder.cells() == 0) {
      partsOutside += wafer.parts;
      return;
    }
    wafer.builder.fact("parts", String.valueOf(wafer.parts));
    configure(wafer.builder);
    waiting.add(wafer);
    waitingCells += wafer.builder.cells();
    if (waitingCells > MAX_WAITING_CELLS || waiting.size() >= MAX_WAITING) {
      handOut();
    }
  }

  private void hardBin() {
    record.skip(2);
    int number = record.two();
    record.skip(4);
    char quality = record.character();
    String name = record.text();
    if (number >= 0 && number < NO_BIN && hardBins.size() < NO_BIN) {
      hardBins.merge(
          number,
          new HardBin(quality, name),
          (known, more) -> known.name().isEmpty() ? more : known);
    }
  }

  private void handOut() {
    for (OpenWafer waited : waiting) {
      WaferRecordBuilder wafer = waited.builder;
      wafer.lot(lot).product(product).step(step);
      facts.forEach(wafer::fact);
      if (ownTypes) {
        wafer.warn("records of a type of the tester's own are passed over");
      }
      if (!configuration.statesAxes()) {
        wafer.warn("WCR does not say which way x and y count; right and up are taken");
      }
      hardBins.forEach(
          (number, bin) ->
              wafer.bin(number, String.valueOf(number), quality(number, bin), bin.name()));
      found++;
      wafers.accept(wafer.build());
    }
    waiting.clear();
    waitingCells = 0;
  }

  private Bin.Quality quality(int number, HardBin bin) {
    if (input.options().statesPassBins()) {
      return input.options().quality(number);
    }
    return switch (bin.quality()) {
      case 'P' -> Bin.Quality.PASS;
      case 'F' -> Bin.Quality.FAIL;
      default -> Bin.Quality.UNSTATED;
    };
  }
}
