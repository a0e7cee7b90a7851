package fabwafer.hub.following;

import fabwafer.hub.classification.Classification;
import fabwafer.wafer.WaferMap;
import java.util.Optional;

/**
 * A wafer as followers see it.
 *
 * @param classification as it was when it was read, a moment before
 * @param map its wafer map; empty where no image came in time, or the image shows none
 */
public record FollowedWafer(Classification classification, Optional<WaferMap> map) {}
