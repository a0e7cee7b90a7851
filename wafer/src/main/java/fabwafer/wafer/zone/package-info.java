/**
 * Where on a wafer dies fail: yields of rings and sectors, and whether a zone's differs from the
 * rest by more than chance. {@link fabwafer.wafer.zone.ZoneYields} is the way in; values only, safe
 * on any thread.
 */
@NullMarked
package fabwafer.wafer.zone;

import org.jspecify.annotations.NullMarked;
