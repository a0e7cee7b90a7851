package fabwafer.hub.archive;

import fabwafer.protocol.DeviceName;

/**
 * An image in the archive.
 *
 * @param device who sent it
 * @param imgid which inspection
 * @param timestampMillis when the wafer was seen, milliseconds since 1970
 * @param version 0 for {@code <imgid>.png}; 1, 2, … for other bytes that came under the same name
 * @param bytes size of the file
 * @param sha256 of the file, in hexadecimal
 * @param receivedMillis when the hub archived it, milliseconds since 1970
 */
public record ArchivedImage(
    DeviceName device,
    String imgid,
    long timestampMillis,
    int version,
    long bytes,
    String sha256,
    long receivedMillis) {}
