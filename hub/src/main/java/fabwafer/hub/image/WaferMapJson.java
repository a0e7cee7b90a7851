package fabwafer.hub.image;

import fabwafer.hub.web.Json;
import fabwafer.wafer.WaferMap;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ObjectNode;

/** A wafer map as the REST contract writes it. */
final class WaferMapJson {
  /** Part of the answer's version: to be changed when its form changes. */
  static final String FORM = "1";

  private WaferMapJson() {}

  static ObjectNode json(WaferMap wafer) {
    return Json.object()
        .put("height", wafer.height())
        .put("width", wafer.width())
        .put("cells", digits(wafer.cells()))
        .put("dies", wafer.dies())
        .put("failing", wafer.failingDies())
        .put("yieldRatio", wafer.yieldRatio());
  }

  private static String digits(byte[] codes) {
    byte[] digits = new byte[codes.length];
    for (int i = 0; i < codes.length; i++) {
      digits[i] = (byte) ('0' + codes[i]);
    }
    return new String(digits, StandardCharsets.ISO_8859_1);
  }
}
