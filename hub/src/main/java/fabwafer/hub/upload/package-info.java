/**
 * Wafers that people hand in: a file of any format that agents read, classified by the hub's model
 * and stored on the same way as a device's messages. Asked on the web server's threads; any of them
 * at once, up to a bound.
 */
@NullMarked
package fabwafer.hub.upload;

import org.jspecify.annotations.NullMarked;
