/**
 * What a client of TLS trusts and is known by, from PEM files: {@link
 * fabwafer.protocol.tls.PeerTls}. Agent and hub use it for their connections. Safe on any thread.
 */
@NullMarked
package fabwafer.protocol.tls;

import org.jspecify.annotations.NullMarked;
