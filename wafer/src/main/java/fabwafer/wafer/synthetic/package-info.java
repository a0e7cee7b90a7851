/**
 * Wafer maps made from parameters: products with their die grids, background noise, and the defect
 * patterns on top. For demos, load and tests; nothing here knows a real wafer. The door is {@link
 * fabwafer.wafer.synthetic.SyntheticWafers}.
 *
 * <p>A generator is not safe for use by several threads; what it makes is immutable.
 */
@NullMarked
package fabwafer.wafer.synthetic;

import org.jspecify.annotations.NullMarked;
