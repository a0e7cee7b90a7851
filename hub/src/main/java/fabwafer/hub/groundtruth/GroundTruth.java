package fabwafer.hub.groundtruth;

import fabwafer.protocol.DeviceName;
import java.util.Optional;

/**
 * A person's label of a wafer.
 *
 * @param id of the row; a later label has a greater one
 * @param imgid which inspection; unique together with the timestamp
 * @param timestampMillis when the wafer was seen, milliseconds since 1970
 * @param device who saw it
 * @param label one of the nine labels in their spelling, or a new pattern's name
 * @param reviewer the account that gave it
 * @param comment what the reviewer said
 * @param atMillis when it was given, milliseconds since 1970
 */
public record GroundTruth(
    long id,
    String imgid,
    long timestampMillis,
    DeviceName device,
    String label,
    String reviewer,
    Optional<String> comment,
    long atMillis) {}
