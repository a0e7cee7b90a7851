/**
 * Wafers read from the files of testers, probers, inspection tools and hosts. The door is {@link
 * fabwafer.wafer.format.WaferFiles}: it recognises the format by content, unpacks, and hands out
 * one {@link fabwafer.wafer.record.WaferRecord} after the other.
 *
 * <p>Agent, hub and command line call it, on any thread; reading blocks. Files are streams: memory
 * grows with one wafer, not with the file. Every bound is checked before memory is taken, and what
 * is damaged is refused with place and reason.
 */
@NullMarked
package fabwafer.wafer.format;

import org.jspecify.annotations.NullMarked;
