/**
 * WM-811K's {@code LSWMD.pkl}: a pandas data frame in a Python pickle, read without Python. The
 * door is {@link fabwafer.wafer.pickle.LswmdFile}.
 *
 * <p>A pickle is a program. Here it makes lists, numbers, texts and descriptions of arrays; a class
 * that is none of the few of a data frame is refused by name, and nothing is ever called. Wafer
 * maps stay in the file until they are asked for. One thread a file; reading blocks.
 */
@NullMarked
package fabwafer.wafer.pickle;

import org.jspecify.annotations.NullMarked;
