package fabwafer.wafer.image;

import org.jspecify.annotations.Nullable;

/**
 * A decoded grey or palette picture. A coloured one never gets here: the decoder refuses a pixel
 * that is not grey, unless it comes from a palette.
 *
 * @param bits bits of a sample, 1 to 16
 * @param samples shape [height, width]: grey samples, or palette indices; not copied, short-lived
 * @param palette colours as ARGB where the samples are indices, else null
 */
@SuppressWarnings("ArrayRecordComponent") // passed from decoder to recogniser, never compared
record Pixels(int height, int width, int bits, char[] samples, int @Nullable [] palette) {}
