/**
 * The domain: a wafer map, its dies, and the defect patterns a wafer map can show.
 *
 * <p>Everything here is an immutable value and safe on any thread. Readers and writers of wafer-map
 * formats live in the packages below this one; nothing here touches a file.
 */
@NullMarked
package fabwafer.wafer;

import org.jspecify.annotations.NullMarked;
