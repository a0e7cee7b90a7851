/**
 * Wafer maps as pictures, one pixel a die: reading them from any file a camera may leave behind,
 * and writing them. The doors are {@link fabwafer.wafer.image.WaferImages} and, for drawings,
 * {@link fabwafer.wafer.image.PngWriter}.
 *
 * <p>Every bound is checked before memory is taken. PNG is decoded here, on the JDK's inflater, so
 * that damage is told and not guessed around; JPEG by the JDK. Any thread; reading a file blocks.
 */
@NullMarked
package fabwafer.wafer.image;

import org.jspecify.annotations.NullMarked;
