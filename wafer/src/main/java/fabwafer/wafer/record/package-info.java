/**
 * What a fab's file says of a wafer beside its wafer map: identifiers, notch, where its dies lay,
 * bins, dies that were not tested, and what was odd. {@link fabwafer.wafer.record.WaferRecord}
 * holds it, {@link fabwafer.wafer.record.WaferRecordBuilder} makes it.
 *
 * <p>{@link fabwafer.wafer.record.SourceGrid} is the one place that turns a wafer to the canonical
 * notch side, which is down. Records are immutable and safe on any thread; a builder belongs to one
 * thread. Nothing here touches a file.
 */
@NullMarked
package fabwafer.wafer.record;

import org.jspecify.annotations.NullMarked;
