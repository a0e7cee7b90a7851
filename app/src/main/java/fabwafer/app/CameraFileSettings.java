package fabwafer.app;

import fabwafer.agent.AgentConfig.Files;
import fabwafer.wafer.format.ReadOptions;
import fabwafer.wafer.format.WaferFormat;
import fabwafer.wafer.record.NotchSide;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** How each camera's files are read: what all cameras share, and what one says for itself. */
final class CameraFileSettings {
  private static final int MAX_BIN = 0xffff;

  private final Settings settings;
  private final Duration settle;
  private final long maxBytes;
  private final int maxWafers;
  private final long maxUnpacked;

  CameraFileSettings(Settings settings) {
    Files usual = Files.DEFAULT;
    this.settings = settings;
    this.settle = settings.duration("file-settle", usual.settle());
    this.maxBytes = settings.whole("file-bytes", usual.maxBytes(), 1, Long.MAX_VALUE);
    this.maxWafers = settings.integer("file-wafers", usual.maxWafers(), 1, Files.MOST_WAFERS);
    this.maxUnpacked =
        settings.whole(
            "file-unpacked-bytes", usual.reading().maxUnpackedBytes(), 1, Long.MAX_VALUE);
  }

  /**
   * One camera's.
   *
   * @param camera its key, such as {@code cameras.tester1}
   */
  Files of(String camera) {
    ReadOptions reading =
        ReadOptions.DEFAULT
            .withMaxUnpackedBytes(maxUnpacked)
            .withFormats(formats(camera + ".formats"))
            .withPassBins(passBins(camera + ".pass-bins"));
    NotchSide notch = settings.oneOf(camera + ".notch", NotchSide.class, NotchSide.UNKNOWN);
    return new Files(
        notch == NotchSide.UNKNOWN ? reading : reading.withNotch(notch),
        zone(camera + ".time-zone"),
        settle,
        maxBytes,
        maxWafers);
  }

  private Set<WaferFormat> formats(String key) {
    Set<WaferFormat> formats = EnumSet.noneOf(WaferFormat.class);
    List<String> words = new ArrayList<>();
    for (String text : settings.texts(key, List.of())) {
      Arrays.stream(WaferFormat.values())
          .filter(format -> word(format).equals(text.toLowerCase(Locale.ROOT)))
          .findFirst()
          .ifPresentOrElse(formats::add, () -> words.add(text));
    }
    if (!words.isEmpty()) {
      settings.mistake(
          key,
          "must be some of %s, got %s"
              .formatted(
                  Arrays.stream(WaferFormat.values())
                      .map(CameraFileSettings::word)
                      .collect(Collectors.joining(", ")),
                  words));
    }
    return formats.isEmpty() ? EnumSet.allOf(WaferFormat.class) : formats;
  }

  private static String word(WaferFormat format) {
    return format.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private Set<Integer> passBins(String key) {
    Set<Integer> bins = new HashSet<>();
    for (String text : settings.texts(key, List.of())) {
      int bin = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : MAX_BIN + 1;
      if (bin > MAX_BIN) {
        settings.mistake(key, "must be bins of 0 to %d, got '%s'".formatted(MAX_BIN, text));
      } else {
        bins.add(bin);
      }
    }
    return bins;
  }

  private ZoneId zone(String key) {
    ZoneId usual = Files.DEFAULT.zone();
    String text = settings.text(key, usual.getId());
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      settings.mistake(key, "must be a time zone such as Europe/Berlin, got '" + text + "'");
      return usual;
    }
  }
}
