/**
 * Image files on disk, the bytes as received: {@code <fab>/<camera>/<imgid>.png}. {@link
 * fabwafer.hub.archive.Archive} is safe on any thread.
 */
@NullMarked
package fabwafer.hub.archive;

import org.jspecify.annotations.NullMarked;
