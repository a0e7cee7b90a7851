/**
 * A hub's data copied away while it runs, and put back: {@link fabwafer.hub.backup.Backup} and
 * {@link fabwafer.hub.backup.Restore}, called by the command line in a process of its own.
 */
@NullMarked
package fabwafer.hub.backup;

import org.jspecify.annotations.NullMarked;
