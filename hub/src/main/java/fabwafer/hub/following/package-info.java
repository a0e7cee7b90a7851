/**
 * Work that is done for every stored classification, in the background: {@link
 * fabwafer.hub.following.Following} hands each one, in the order in which wafers were complete, to
 * every {@link fabwafer.hub.following.WaferFollower}, which the hub gives it. What a follower
 * writes to the database happens exactly once a wafer, whatever is killed. All followers run on the
 * one thread of {@code Following}.
 */
@NullMarked
package fabwafer.hub.following;

import org.jspecify.annotations.NullMarked;
