/** Tests of the agent against a real broker, Debian's mosquitto, and real folders. */
@NullMarked
package fabwafer.agent;

import org.jspecify.annotations.NullMarked;
