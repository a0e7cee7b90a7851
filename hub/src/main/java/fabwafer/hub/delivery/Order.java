package fabwafer.hub.delivery;

import fabwafer.protocol.DeviceName;
import java.util.Optional;

/**
 * What a camera was told last.
 *
 * @param model the one it is to use
 * @param before the one it was told to use before; empty: it was installed with it
 */
record Order(
    DeviceName device, long sequence, String model, Optional<String> before, long givenMillis) {}
