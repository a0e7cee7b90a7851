package fabwafer.hub.inference;

import fabwafer.hub.web.JsonBody;
import fabwafer.hub.web.Problem;
import fabwafer.hub.web.ProblemException;
import fabwafer.protocol.Limits;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.util.Base64;
import java.util.List;

/** The wafer map of a request, or the problem that its caller is answered with. */
final class InferenceRequest {
  /** Most wafers of one request: several batches of the graph. */
  static final int MAX_WAFERS = 256;

  private InferenceRequest() {}

  /**
   * {@code wafers}, each as {@link #ofJson} reads one.
   *
   * @throws ProblemException if one is no wafer map, or there are none or too many
   */
  static List<WaferMap> severalOf(JsonBody body) {
    if (body.has("bytes") || body.has("cells")) {
      throw new ProblemException(
          Problem.BAD_BODY, "the body must have wafers, or bytes, or cells; not several of them");
    }
    List<JsonBody> wafers = body.objects("wafers", MAX_WAFERS, "bytes", "cells");
    if (wafers.isEmpty()) {
      throw ProblemException.field("wafers", "wafers must hold at least one");
    }
    return wafers.stream().map(InferenceRequest::ofJson).toList();
  }

  /**
   * An image file.
   *
   * @throws ProblemException if it is empty, or shows no wafer map
   */
  static WaferMap ofImage(byte[] file) {
    if (file.length == 0) {
      throw new ProblemException(Problem.BAD_BODY, "the body must be an image file, it is empty");
    }
    return read(file);
  }

  /**
   * {@code bytes}, base64 of an image file, or {@code cells}, rows of die codes.
   *
   * @throws ProblemException if it has both or neither, or they are no wafer map
   */
  static WaferMap ofJson(JsonBody body) {
    if (body.has("bytes") == body.has("cells")) {
      throw new ProblemException(
          Problem.BAD_BODY, "the body must have bytes (base64 of an image file) or cells (rows)");
    }
    return body.has("bytes") ? read(decoded(body)) : grid(body.rows("cells"));
  }

  private static byte[] decoded(JsonBody body) {
    try {
      byte[] file = Base64.getDecoder().decode(body.text("bytes", Limits.MAX_PAYLOAD_BYTES));
      if (file.length == 0 || file.length > Limits.MAX_IMAGE_BYTES) {
        throw ProblemException.field(
            "bytes",
            "bytes must hold 1 to %,d bytes, got %,d"
                .formatted(Limits.MAX_IMAGE_BYTES, file.length));
      }
      return file;
    } catch (IllegalArgumentException e) {
      throw ProblemException.field("bytes", "bytes is not valid base64: " + e.getMessage());
    }
  }

  private static WaferMap read(byte[] file) {
    try {
      return WaferImages.read("the image", file);
    } catch (WaferException e) {
      throw new ProblemException(Problem.NO_WAFER_MAP, String.valueOf(e.getMessage()));
    }
  }

  private static WaferMap grid(List<byte[]> rows) {
    int width = rows.isEmpty() ? 0 : rows.getFirst().length;
    try {
      WaferMap.requireSide("height", rows.size());
      WaferMap.requireSide("width", width);
      byte[] cells = new byte[rows.size() * width];
      for (int row = 0; row < rows.size(); row++) {
        byte[] codes = rows.get(row);
        if (codes.length != width) {
          throw ProblemException.field(
              "cells",
              "cells, row %d must have %d numbers as the first has, got %d"
                  .formatted(row, width, codes.length));
        }
        System.arraycopy(codes, 0, cells, row * width, width);
      }
      return WaferMap.of(rows.size(), width, cells);
    } catch (WaferException e) {
      throw ProblemException.field("cells", "cells: " + e.getMessage());
    }
  }
}
