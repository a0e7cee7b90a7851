package fabwafer.hub.image;

import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;

/** Reads an image file as a wafer map; safe on any thread. */
@FunctionalInterface
public interface WaferMapReader {
  /**
   * The wafer map that an image file shows.
   *
   * @throws WaferException if it is none; the message says why
   */
  WaferMap read(byte[] file);
}
