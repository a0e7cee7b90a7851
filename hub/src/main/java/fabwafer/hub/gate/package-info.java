/**
 * What a candidate must show before a person may approve it: {@link Gate} holds it against the
 * champion by the {@link GateRules} of a file. One judgement takes minutes of one thread.
 */
@NullMarked
package fabwafer.hub.gate;

import org.jspecify.annotations.NullMarked;
