package fabwafer.wafer.record;

/**
 * What names a wafer and its source. A text is empty where the source does not say.
 *
 * @param format the form it was read from, such as {@code STDF V4 (big-endian)}
 * @param source the file, and what lies in it: {@code lot.zip!W01.txt}
 * @param lot the lot
 * @param wafer the wafer
 * @param slot place in the cassette, 0 where the source does not say
 * @param product the product: device, part type
 * @param step the process step or test program
 * @param time when it was tested or inspected, as the source writes it, or in ISO 8601
 */
public record WaferIdentity(
    String format,
    String source,
    String lot,
    String wafer,
    int slot,
    String product,
    String step,
    String time) {}
