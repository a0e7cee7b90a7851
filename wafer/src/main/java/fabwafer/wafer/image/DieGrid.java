package fabwafer.wafer.image;

/**
 * A picture whose pixels are die codes already.
 *
 * @param cells shape [height, width], 0 absent, 1 pass, 2 fail; not copied, short-lived
 */
@SuppressWarnings("ArrayRecordComponent") // passed from decoder to recogniser, never compared
record DieGrid(int height, int width, byte[] cells) {}
