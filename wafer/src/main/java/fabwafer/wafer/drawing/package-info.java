/**
 * Wafer maps drawn for people: PNG and SVG for reports, text for terminals. The door is {@link
 * fabwafer.wafer.drawing.WaferDrawing}. What is drawn here is to be looked at; {@link
 * fabwafer.wafer.image} writes what is to be read again.
 *
 * <p>Pure functions, any thread.
 */
@NullMarked
package fabwafer.wafer.drawing;

import org.jspecify.annotations.NullMarked;
