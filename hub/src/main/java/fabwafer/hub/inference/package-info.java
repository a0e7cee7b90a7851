/**
 * Classifying over HTTP: {@code GET /ping} and {@code POST /invocations}, for agents without a
 * model of their own and for clients of other inference servers. Nothing that is classified here is
 * stored. Safe on any thread.
 */
@NullMarked
package fabwafer.hub.inference;

import org.jspecify.annotations.NullMarked;
